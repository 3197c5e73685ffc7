import { MINUTE, sayMinute, SECOND } from '../../core/duration.ts';
import type { LogGroup, Observation } from '../../core/model/observation.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import { mostInstances } from '../../core/service/bounds.ts';
import type { Finding, Rule } from '../finding.ts';
import { atPlacesOf, factOf, lineClaim, signs } from '../finding.ts';
import { countOf, evidenceOf, percent } from '../observation-queries.ts';

/** What Cloud Run and the load balancer say of requests that no container answered: the mechanism is named even where its cause is open. */
export const unansweredRequests: Rule = (observation) => [
  ...notLetIn(observation),
  ...atTheBalancer(observation),
  ...noRoom(observation),
  ...cutOff(observation),
  ...tooLarge(observation),
];

function notLetIn(observation: Observation): readonly Finding[] {
  // Where the service itself was looked at, its illness is not told by those who may not enter.
  const counted = signs(observation, 'not-let-in').filter(({ service }) => observation.services[service]?.state.value == null);
  return byService(counted).map((groups) => ({
    kind: 'configuration',
    subject: groups[0]?.service ?? '',
    confidence: 0.9,
    summary: `${ofAll(observation, groups)} turned away before they reach a container (${factOf(groups, 'detail')}): the caller sends no token or lacks roles/run.invoker`,
    evidence: evidenceOf(groups),
    covers: atPlacesOf(groups),
    explains: itself(groups),
    cures: ['account', 'setting'],
  }));
}

/** statusDetails of the load balancer, as far as they are known to mean one thing. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [
    /backend_connection_closed/,
    'the server behind closes connections before it answers: its keep-alive time is shorter than the balancer’s, or it crashes',
  ],
  [
    /answers 404 to all/,
    'nothing is behind this backend: its NEG names a service that does not exist or does not let the balancer in, for no service logs these requests',
  ],
  [/failed_to_pick_backend/, 'no backend is there or healthy'],
  [/failed_to_connect_to_backend/, 'the backend cannot be reached'],
  [/backend_timeout|response_timeout/, 'answers take longer than the balancer waits'],
  [/ssl|tls|certificate/, 'the handshake fails'],
];

function atTheBalancer(observation: Observation): readonly Finding[] {
  return byService(signs(observation, 'load-balancer')).map((groups) => {
    const details = factOf(groups, 'detail');
    const meaning = MEANINGS.find(([pattern]) => pattern.test(details))?.[1];
    return {
      kind: 'certificate-or-routing',
      subject: groups[0]?.service ?? '',
      confidence: 0.75,
      summary: `${ofAll(observation, groups)} failing at the load balancer: ${details}${meaning === undefined ? '' : ` (${meaning})`}`,
      evidence: evidenceOf(groups),
      covers: atPlacesOf(groups),
      explains: itself(groups),
      cures: ['setting', 'network'],
    };
  });
}

function noRoom(observation: Observation): readonly Finding[] {
  return byService(signs(observation, 'no-available-instance', 'request-timeout')).map((groups) => {
    const late = groups.filter(({ signature }) => signature === 'request-timeout');
    const away = groups.filter(({ signature }) => signature === 'no-available-instance');
    const said = [
      ...(away.length === 0 ? [] : [`${countWords(observation, away)}turned away because no instance was available`]),
      ...(late.length === 0 ? [] : [`${countOf(late)} cut off at the request timeout`]),
    ];
    const why =
      late.length === 0
        ? 'its maximum of instances, or starts that take too long'
        : 'instances that get traffic before they can answer (start-up probe), or answers that never end';
    return {
      kind: 'configuration',
      subject: groups[0]?.service ?? '',
      confidence: 0.5,
      summary: `requests ${away.length === 0 ? 'are not answered in time' : 'find no instance that answers'}: ${[said.join(', '), ...(away.length === 0 ? [] : boundWords(observation, groups[0]?.service ?? '')), why].join('; ')}`,
      evidence: evidenceOf(groups),
      covers: atPlacesOf(groups),
      explains: itself(groups),
      effect: true,
      cures: ['resources', 'setting'],
    };
  });
}

/** Lines are a part of those requests: where Cloud Monitoring counts them all, they are no second count of it. */
function countWords(observation: Observation, away: readonly LogGroup[]): string {
  const { turnedAway = 0 } = observation.services[away[0]?.service ?? '']?.requests.value ?? {};
  return turnedAway >= countOf(away) ? '' : `${countOf(away)} `;
}

/** From so many times as many requests as before on their number is told. */
const GROWN = 2;
/** The hour before is held against the newest figures without what lies so near to them that it may have grown already. */
const BEFORE = 15 * MINUTE;

/** How many instances there may be, and how many more requests come than before. */
function boundWords(observation: Observation, name: string): readonly string[] {
  const { state, requests, hour } = observation.services[name] ?? {};
  const most = state?.value == null ? null : mostInstances(state.value, 1);
  const bound = most === null ? [] : [`${name} may run at most ${most} ${most === 1 ? 'instance' : 'instances'}`];
  const stats = requests?.freshness === 'fresh' ? requests.value : null;
  const now = stats === null ? null : perSecond([{ ...stats, untilAt: stats.untilAt ?? requests?.measuredAt ?? stats.sinceAt }]);
  const until = (requests?.value?.sinceAt ?? 0) - BEFORE;
  const before = perSecond((hour?.value ?? []).filter(({ untilAt = Infinity }) => untilAt <= until));
  if (now === null || before === null || now < GROWN * before) return bound;
  return [...bound, `users send ${round(now)} requests a second, ${round(now / before)} times as many as until ${sayMinute(until)}`];
}

/** null: there is no such time, or nobody called in it. */
function perSecond(windows: readonly RequestStats[]): number | null {
  const total = windows.reduce((sum, window) => sum + window.total, 0);
  const ms = windows.reduce((sum, { sinceAt, untilAt = sinceAt }) => sum + untilAt - sinceAt, 0);
  return ms <= 0 || total === 0 ? null : (total * SECOND) / ms;
}

function round(value: number): number {
  return Number(value.toPrecision(2));
}

function cutOff(observation: Observation): readonly Finding[] {
  return byService(signs(observation, 'cut-response')).map((groups) => ({
    kind: 'application-crash',
    subject: groups[0]?.revision ?? '',
    confidence: 0.4,
    summary: `${ofAll(observation, groups)} cut off in the middle of the answer: the program ends, or its time is up, before the answer is whole`,
    evidence: evidenceOf(groups),
    covers: atPlacesOf(groups),
    explains: itself(groups),
    effect: true,
    cures: ['image', 'setting'],
  }));
}

function tooLarge(observation: Observation): readonly Finding[] {
  return byService(signs(observation, 'answer-too-large')).map((groups) => ({
    kind: 'configuration',
    subject: groups[0]?.service ?? '',
    confidence: 0.9,
    summary: `${ofAll(observation, groups)} answered with more than Cloud Run lets out (32 MiB over HTTP/1 without streaming): stream it, or answer less`,
    evidence: evidenceOf(groups),
    covers: atPlacesOf(groups),
    explains: itself(groups),
    cures: ['image', 'setting'],
  }));
}

/** Such an entry is the failure itself. */
function itself(groups: readonly LogGroup[]): NonNullable<Finding['explains']> {
  return lineClaim(groups.map(({ beside: _beside, ...group }) => group)).explains;
}

function byService(groups: readonly LogGroup[]): readonly (readonly LogGroup[])[] {
  return [...Map.groupBy(groups, ({ service }) => service).values()];
}

function ofAll(observation: Observation, groups: readonly LogGroup[]): string {
  const count = countOf(groups);
  const total = observation.services[groups[0]?.service ?? '']?.requests.value?.total ?? 0;
  return total < count ? `${count} requests are` : `${count} of ${total} requests (${percent(count / total)}) are`;
}
