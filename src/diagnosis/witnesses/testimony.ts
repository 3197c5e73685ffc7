import { sayDuration } from '../../core/duration.ts';
import type { Observation, ProbeResult, ServiceObservation, ServiceState } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Served, Silence, Statement, Testimony, Word } from '../../core/model/testimony.ts';
import type { JudgeInput } from './judge-input.ts';
import { isAnswered, sayProbe } from './probe-words.ts';
import { unreached } from './reach.ts';
import { logStatement, SPEAKS_MS, unreadLogs } from './log-evidence.ts';
import { deathsIn, effectiveShares, evidenceOf, groupsOf } from '../observation-queries.ts';
import { countRequests, requestStatement, SLOW_FACTOR } from './request-evidence.ts';
import { stretchOf } from '../changes/best-stretch.ts';
import { servedOf } from './served.ts';
import { signatureOf } from '../signatures.ts';
import { lessTurnedAway } from './turned-away-users.ts';
import { usersP95 } from './users-p95.ts';

/**
 * By service: what each independent witness says in this look about the revisions that serve, since they serve. Pure.
 * What is absent, late, too little, or was turned away at the door is silent: it speaks neither way.
 */
export function testify(observation: Observation, spec: RemediationSpec, facts: JudgeInput): Readonly<Record<string, Testimony>> {
  const since = JSON.stringify(facts.servingSince);
  const before = heard.get(observation) ?? [];
  const known = before.find((one) => one.spec === spec && one.since === since);
  if (known !== undefined) return known.testimony;
  const testimony = testifyAnew(observation, spec, facts);
  heard.set(observation, [...before, { spec, since, testimony }]);
  return testimony;
}

/** A look is judged, diagnosed and planned on: its witnesses are heard once for all of that. */
const heard = new WeakMap<Observation, readonly Heard[]>();

interface Heard {
  readonly spec: RemediationSpec;
  readonly since: string;
  readonly testimony: Readonly<Record<string, Testimony>>;
}

function testifyAnew(
  observation: Observation,
  spec: RemediationSpec,
  facts: Pick<JudgeInput, 'servingSince'>,
): Readonly<Record<string, Testimony>> {
  const others = spec.services.map(({ name }): [string, Omit<Testimony, 'probes'>] => [
    name,
    withoutProbes(observation, spec, name, facts),
  ]);
  const observers = observersOwn(observation, new Map(others));
  return Object.fromEntries(
    others.map(([name, said]) => [
      name,
      { probes: probeStatement(observation, spec, { name, facts, requests: said.requests, observers }), ...said },
    ]),
  );
}

/** Services whose probes all got their answer, but too late. */
export function slowServices(observation: Observation): readonly string[] {
  return Object.values(observation.services)
    .filter(({ probes }) => probes.some(({ outcome }) => outcome === 'slow') && probes.every(isAnswered))
    .map(({ name }) => name);
}

/** Of the look's window: users' requests of every revision, and deaths of its containers. */
export function servedIn(observation: Observation): Served {
  const services = Object.values(observation.services).map((service): [string, Served[string]] => {
    const stats = service.requests.freshness === 'fresh' ? service.requests.value : null;
    const untilAt = service.requests.measuredAt ?? observation.at;
    const sinceAt = stats?.sinceAt ?? 0;
    const serving = servingNow(observation, service.name);
    const names = new Set([...Object.keys(stats?.byRevision ?? {}), ...serving]);
    const revisions = [...names].flatMap((name) => {
      const groups = groupsOf(observation, service.name, name);
      const died = groups.filter((group) => serving.includes(name) && deathsIn([group]) > 0).map(({ lastAt }) => lastAt);
      if (stats?.byRevision[name] === undefined && died.length === 0) return [];
      const deaths = deathsIn(groups.filter(({ lastAt }) => lastAt >= sinceAt));
      const dead = died.length === 0 ? {} : { diedAt: Math.max(...died) };
      const counted = servedOf(stats?.byRevision[name] ?? { total: 0, serverErrors: 0, late: [] });
      const stretch = stretchOf(counted, untilAt);
      return [[name, { ...counted, deaths, ...dead, sinceAt, untilAt, ...(stretch === undefined ? {} : { stretch }) }] as const];
    });
    return [service.name, Object.fromEntries(revisions)];
  });
  return Object.fromEntries(services);
}

/** The revisions that serve now; empty when the service could not be read in this look. */
export function servingNow(observation: Observation, name: string): readonly string[] {
  const state = freshState(observation, name);
  return state === null ? [] : [...effectiveShares(state).keys()].filter((revision) => revision !== '');
}

function freshState(observation: Observation, name: string): ServiceState | null {
  const state = observation.services[name]?.state;
  return state?.freshness === 'fresh' ? state.value : null;
}

function withoutProbes(
  observation: Observation,
  spec: RemediationSpec,
  name: string,
  facts: Pick<JudgeInput, 'servingSince'>,
): Omit<Testimony, 'probes'> {
  const service = observation.services[name];
  if (service === undefined) {
    const unseen = silent(`${name} was not looked at`);
    return { requests: unseen, deaths: unseen, platform: unseen, logs: unseen };
  }
  const serving = servingNow(observation, name);
  const since = facts.servingSince[name] ?? null;
  return {
    requests: lessTurnedAway(
      requestStatement(spec, service, {
        serving,
        since,
        now: observation.at,
        changedAt: Math.max(0, ...Object.values(facts.servingSince)),
      }),
      {
        at: observation.at,
        groups: serving.flatMap((revision) => groupsOf(observation, name, revision)),
        service,
        serving,
        since,
        linesRead: unreadLogs(observation) === null,
      },
      spec.improvement.goals.errorRate,
    ),
    deaths: deathStatement(observation, service, serving, since),
    platform: platformStatement(observation, service, serving, since),
    logs: logStatement(observation, spec, { service, serving, since }),
  };
}

function probeStatement(
  observation: Observation,
  spec: RemediationSpec,
  {
    name,
    facts,
    requests,
    observers,
  }: { readonly name: string; readonly facts: Pick<JudgeInput, 'servingSince'>; readonly requests: Statement; readonly observers: boolean },
): Statement {
  const service = observation.services[name];
  const wanted = spec.services.find((candidate) => candidate.name === name)?.health.length ?? 0;
  if (wanted === 0) return silent('the document asks for no probe', 'unasked');
  const since = facts.servingSince[name] ?? null;
  const probes = (service?.probes ?? []).filter(({ at }) => (since === null || at >= since) && observation.at - at <= SPEAKS_MS);
  if (service === undefined || probes.length === 0) return silent('no probe has been sent yet', 'unsent');
  if (observers)
    return silent('all targets were slow or unanswered in one look while the platform says well: the observer itself was slow', 'observer');
  const met = probes.filter((probe) => unreached(probe, service) === null);
  const refused = probes.map((probe) => unreached(probe, service)).find((why) => why !== null);
  const bad = met.filter((probe) => !isAnswered(probe));
  const slow = met.filter(({ outcome }) => outcome === 'slow');
  const [worst] = bad;
  if (worst !== undefined) return said('ill', `${met.length - bad.length} of ${met.length} probes well: ${sayProbe(worst)}`, met.length);
  const [late] = slow;
  if (late !== undefined) return slowStatement(late, spec, { service, requests, samples: met.length });
  if (refused !== undefined) return { ...silent(refused.because, 'unreached'), samples: met.length };
  if (met.length < wanted) return silent(`${met.length} of ${wanted} probes answered`, 'unsent');
  return wellStatement(met, wanted);
}

/** A port that takes connections says that something listens, not that it does its work: alone it vouches for nothing. */
function wellStatement(met: readonly ProbeResult[], wanted: number): Statement {
  const telling = met.filter(({ kind }) => kind !== 'tcp');
  const [port] = met;
  if (port !== undefined && telling.length === 0) return silent(`${sayProbe(port)}: what answers was not asked`, 'unasked');
  const slowest = Math.max(...met.map(({ latencyMs }) => latencyMs));
  const grpc = telling.some(({ kind }) => kind === 'grpc') ? ' (gRPC health answers SERVING)' : '';
  return said('well', `${met.length} of ${wanted} probes well${grpc}, slowest ${sayDuration(slowest)}`, met.length);
}

/** One late answer is chance; the users' own percentile far beyond its goal confirms it. */
function slowStatement(
  late: ProbeResult,
  spec: RemediationSpec,
  { service, requests, samples }: { readonly service: ServiceObservation; readonly requests: Statement; readonly samples: number },
): Statement {
  const p95 = requests.samples >= spec.improvement.minSamples ? usersP95(service) : null;
  const confirmed = p95 !== null && p95 > SLOW_FACTOR * spec.improvement.goals.p95Ms;
  if (confirmed) return said('ill', `${sayProbe(late)}; users' p95 is ${sayDuration(p95)}`, samples);
  return { ...silent(`${sayProbe(late)}: slow, which one look does not decide`, 'late'), samples };
}

/**
 * Whether the probes of this look tell of us, of our host or our way out, and not of the services. Every target of several gave no answer in the same
 * look, while the users of one of them are served well: then no probe of this look says anything. Every target was slow or gave no
 * answer while no other witness speaks against any service, and one speaks for each: likewise.
 */
function observersOwn(observation: Observation, others: ReadonlyMap<string, Omit<Testimony, 'probes'>>): boolean {
  const sent = Object.values(observation.services).map(({ name, probes }) => ({
    name,
    probes: probes.filter(({ outcome }) => outcome !== 'unsent'),
  }));
  const probed = sent.filter(({ probes }) => probes.length > 0);
  const all = probed.flatMap(({ probes }) => probes);
  if (probed.length < 2 || !all.every(({ outcome }) => outcome === 'slow' || outcome === 'error')) return false;
  if (all.every(({ outcome }) => outcome === 'error') && probed.some(({ name }) => others.get(name)?.requests.word === 'well')) return true;
  return probed.every(({ name }) => {
    const said = others.get(name);
    if (said === undefined) return false;
    const words = [said.requests.word, said.deaths.word, said.platform.word, said.logs.word];
    return !words.includes('ill') && (said.requests.word === 'well' || said.platform.word === 'well');
  });
}

function deathStatement(
  observation: Observation,
  service: ServiceObservation,
  serving: readonly string[],
  since: number | null,
): Statement {
  const unread = unreadLogs(observation);
  if (unread !== null) return silent(unread);
  const from = Math.max(since ?? 0, observation.at - SPEAKS_MS);
  const recent = serving.flatMap((revision) => groupsOf(observation, service.name, revision)).filter(({ lastAt }) => lastAt >= from);
  const deaths = deathsIn(recent);
  if (deaths === 0) return said('well', `no container died within ${sayDuration(SPEAKS_MS)}`, 0);
  const lines = (role: string) =>
    evidenceOf(
      recent.filter(({ signature }) => signatureOf(signature)?.role === role),
      1,
    );
  const [last] = [...lines('reason'), ...lines('death')];
  return said('ill', `containers die: ${last?.text ?? `${deaths} deaths`}`, deaths);
}

function platformStatement(
  observation: Observation,
  service: ServiceObservation,
  serving: readonly string[],
  since: number | null,
): Statement {
  const state = freshState(observation, service.name);
  if (state === null)
    return silent(`${service.name} could not be read${service.state.problem === undefined ? '' : ` (${service.state.problem})`}`);
  const states = serving.map((name) => state.revisions.find((revision) => revision.name === name));
  const unready = states.find((revision) => revision?.ready === 'no');
  if (unready !== undefined) return said('ill', `${unready.name} is not ready (${unready.reason ?? 'no reason given'})`, 1);
  const instances = service.instances.freshness === 'fresh' ? service.instances.value : null;
  const running = instances === null ? null : serving.reduce((sum, name) => sum + (instances[name] ?? 0), 0);
  const arriving = countRequests(service, serving, since)?.total ?? 0;
  const isAbout = since === null || (service.instances.measuredAt ?? 0) >= since;
  if (running === 0 && arriving > 0 && isAbout) return said('ill', `no instance runs while ${arriving} requests arrive`, 1);
  if (states.length === 0 || states.some((revision) => revision?.ready !== 'yes'))
    return silent('whether its revision is ready is not known');
  return said('well', `${serving.join(', ')} ready`, states.length);
}

function said(word: Word, because: string, samples: number): Statement {
  return { word, because, samples };
}

function silent(because: string, silence: Silence = 'unread'): Statement {
  return { word: 'silent', because, samples: 0, silence };
}
