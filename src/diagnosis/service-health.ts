import { MINUTE, sayDuration } from '../core/duration.ts';
import type { Observation, RequestStats, ServiceObservation, ServiceState } from '../core/model/observation.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import type { Verdict } from '../core/model/verdict.ts';
import type { GateFacts } from './gate-facts.ts';
import { deathsIn, effectiveShares, evidenceOf, groupsOf, percent } from './reading.ts';
import { signatureOf } from './signatures.ts';

/** A death counts against `healthy now` this long; the unbroken time that stability needs is the runbook's business. */
const DEATH_SPEAKS_MS = 2 * MINUTE;

/**
 * Is this service healthy now? In this order: the intended revision serves all traffic; its own probes answer; none of its
 * containers died lately; the requests since it serves do not fail. Probes are first-class evidence; request metrics lag
 * 2–3 minutes (gcp-facts 3), so that they can contradict but not vouch alone while probes are configured.
 */
export function judgeService(observation: Observation, spec: RemediationSpec, name: string, facts: GateFacts): Verdict {
  const service = observation.services[name];
  const state = service?.state.freshness === 'fresh' ? service.state.value : null;
  if (service === undefined || state === null) return unreadable(name, 'could not be read', service?.state.problem);
  const serving = servingNow(state);
  const wrong = wrongRevision(name, serving, facts);
  if (wrong !== null) return wrong;
  const since = facts.servingSince[name] ?? null;
  const verdicts = [
    probeVerdict(observation, spec, service, since),
    deathVerdict(observation, service, serving, since),
    requestVerdict(spec, service, serving, since),
  ];
  return conclude(verdicts, name, serving);
}

/** `null` in the middle of the list: this kind of evidence says nothing either way. */
function conclude(verdicts: readonly (Verdict | null)[], name: string, serving: readonly string[]): Verdict {
  const [probes, deaths, requests] = verdicts;
  const found = verdicts.filter((verdict) => verdict !== null && verdict !== undefined);
  for (const outcome of ['fail', 'error', 'inconclusive'] as const) {
    const bad = found.filter((verdict) => verdict.outcome === outcome);
    if (bad.length > 0) return { outcome, because: bad.map((verdict) => verdict.because).join('; ') };
  }
  const vouched = probes?.outcome === 'pass' || requests?.outcome === 'pass';
  if (!vouched || deaths?.outcome !== 'pass')
    return { outcome: 'inconclusive', because: `${name}: neither probes nor requests tell anything` };
  return { outcome: 'pass', because: `${serving.join(', ')}: ${found.map((verdict) => verdict.because).join('; ')}` };
}

function servingNow(state: ServiceState): readonly string[] {
  return [...effectiveShares(state).keys()].filter((revision) => revision !== '');
}

function wrongRevision(name: string, serving: readonly string[], facts: GateFacts): Verdict | null {
  if (serving.length === 0) return { outcome: 'inconclusive', because: `${name}: which revision serves is not known` };
  const intended = facts.intended[name];
  if (intended === undefined || (serving.length === 1 && serving[0] === intended)) return null;
  return { outcome: 'fail', because: `${name}: ${serving.join(', ')} serves, but ${intended} is intended` };
}

/** null when the document asks for no probes. Probes sent before the revision had the traffic say nothing about it. */
function probeVerdict(observation: Observation, spec: RemediationSpec, service: ServiceObservation, since: number | null): Verdict | null {
  const wanted = spec.services.find((candidate) => candidate.name === service.name)?.health.length ?? 0;
  if (wanted === 0) return null;
  const probes = service.probes.filter((probe) => (since === null || probe.at >= since) && observation.at - probe.at <= DEATH_SPEAKS_MS);
  if (probes.length === 0) return { outcome: 'inconclusive', because: `${service.name}: no probe has been answered yet` };
  const bad = probes.filter((probe) => probe.outcome !== 'ok');
  const worst = bad[0];
  if (worst !== undefined)
    return {
      outcome: 'fail',
      because: `${worst.url} ${answerOf(worst)}${bad.length > 1 ? ` (${bad.length} of ${probes.length} probes bad)` : ''}`,
    };
  if (probes.length < wanted) return { outcome: 'inconclusive', because: `${service.name}: ${probes.length} of ${wanted} probes answered` };
  const slowest = Math.max(...probes.map((probe) => probe.latencyMs));
  return { outcome: 'pass', because: `${probes.length} of ${wanted} probes well, slowest ${sayDuration(slowest)}` };
}

function answerOf(probe: ServiceObservation['probes'][number]): string {
  if (probe.outcome === 'error') return `gave no answer (${probe.problem ?? 'no reason'})`;
  if (probe.outcome === 'slow') return `took ${sayDuration(probe.latencyMs)}, limit ${sayDuration(probe.maxLatencyMs)}`;
  return `answered ${probe.status ?? 'nothing'}`;
}

function deathVerdict(observation: Observation, service: ServiceObservation, serving: readonly string[], since: number | null): Verdict {
  const { logs } = observation;
  if (logs.value === null) return unreadable(service.name, 'log lines could not be read', logs.problem);
  if (logs.freshness === 'late') return { outcome: 'inconclusive', because: `${service.name}: log lines are late` };
  const from = Math.max(since ?? 0, observation.at - DEATH_SPEAKS_MS);
  const recent = serving.flatMap((revision) => groupsOf(observation, service.name, revision)).filter((group) => group.lastAt >= from);
  if (deathsIn(recent) === 0) return { outcome: 'pass', because: 'no container died' };
  const told = (role: string) => recent.filter((group) => signatureOf(group.signature)?.role === role);
  const [last] = [...evidenceOf(told('reason'), 1), ...evidenceOf(told('death'), 1)];
  return { outcome: 'fail', because: `containers die: ${last?.text ?? ''}` };
}

/** null: the metrics say nothing about the present revision (absent, late, older than the shift, too few). */
function requestVerdict(
  spec: RemediationSpec,
  service: ServiceObservation,
  serving: readonly string[],
  since: number | null,
): Verdict | null {
  const stats = service.requests.freshness === 'fresh' ? service.requests.value : null;
  if (stats === null) return null;
  const { total, serverErrors } = statsAbout(stats, serving, since);
  const { errorRate } = spec.improvement.goals;
  const figure = `${serverErrors} of ${total} requests failed`;
  const enough = total >= Math.max(1, spec.improvement.minSamples);
  if (total === 0 || serverErrors / total <= errorRate) return enough ? { outcome: 'pass', because: figure } : null;
  if (since !== null && stats.sinceAt < since) return null;
  if (!enough) return { outcome: 'inconclusive', because: `${service.name}: ${figure}, too few to judge` };
  return { outcome: 'fail', because: `${service.name}: ${figure} (${percent(serverErrors / total)}, goal ${percent(errorRate)})` };
}

/** Since a shift only the requests of the serving revisions count: the drained one may still fail its last. */
function statsAbout(
  stats: RequestStats,
  serving: readonly string[],
  since: number | null,
): { readonly total: number; readonly serverErrors: number } {
  if (since === null) return stats;
  const parts = serving.map((revision) => stats.byRevision[revision]).filter((part) => part !== undefined);
  return {
    total: parts.reduce((sum, part) => sum + part.total, 0),
    serverErrors: parts.reduce((sum, part) => sum + part.serverErrors, 0),
  };
}

/**
 * Not one server error in the window, and requests in it; the 95th percentile within its goal where it is measured.
 * A window that reaches back before the last shift and holds errors of then is inconclusive, not a failure.
 */
export function judgeWindow(observation: Observation, spec: RemediationSpec, name: string, facts: GateFacts): Verdict {
  const service = observation.services[name];
  const requests = service?.requests;
  if (service === undefined || requests === undefined || requests.value === null)
    return { outcome: 'inconclusive', because: `${name}: requests are not measured` };
  if (requests.freshness !== 'fresh') return { outcome: 'inconclusive', because: `${name}: the request figures are late` };
  const { total, serverErrors, sinceAt } = requests.value;
  if (total === 0) return { outcome: 'inconclusive', because: `${name}: no request in the window` };
  const since = facts.servingSince[name] ?? null;
  const reachesBack = since !== null && sinceAt < since;
  if (serverErrors > 0) {
    const because = `${name}: ${serverErrors} of ${total} requests failed in the window`;
    return reachesBack
      ? { outcome: 'inconclusive', because: `${because}, which reaches back before the last shift` }
      : { outcome: 'fail', because };
  }
  return latencyVerdict(spec, service, reachesBack) ?? { outcome: 'pass', because: `${name}: ${total} requests, none failed` };
}

function latencyVerdict(spec: RemediationSpec, service: ServiceObservation, reachesBack: boolean): Verdict | null {
  const p95 = service.p95Ms.freshness === 'fresh' ? service.p95Ms.value : null;
  if (p95 === null || p95 <= spec.improvement.goals.p95Ms || reachesBack) return null;
  return { outcome: 'fail', because: `${service.name}: p95 ${sayDuration(p95)}, goal ${sayDuration(spec.improvement.goals.p95Ms)}` };
}

function unreadable(name: string, what: string, problem: string | undefined): Verdict {
  return { outcome: 'error', because: `${name} ${what}${problem === undefined ? '' : ` (${problem})`}` };
}
