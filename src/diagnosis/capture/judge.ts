import type { LogGroup, Observation } from '../../core/model/observation.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import { quoted } from '../logs/sample.ts';
import { deathsIn, harmOf, percent } from '../observation-queries.ts';
import { signatureOf } from '../signatures.ts';
import type { Capture } from './capture.ts';
import { doubtsOf, turnedDownIn } from './doubts.ts';

/**
 * `trouble`: something failed in it; `suspicion`: lines name a reason, or are errors that nothing here knows, but nothing is seen
 * to fail; `inconclusive`: nothing speaks of trouble, and too little speaks of health; `quiet`: nothing is wrong in it.
 */
export type CaptureVerdict = 'trouble' | 'suspicion' | 'inconclusive' | 'quiet';

export interface Judgement {
  readonly verdict: CaptureVerdict;
  /** In one line, with figures: what speaks for it, or what is missing. */
  readonly because: string;
  /** What fails is that the program itself turns requests down: no server error and no death tells of it. */
  readonly turnedDown?: true;
}

/** So many failed requests are a rate that goals allow. */
const ERROR_RATE = 0.01;
/** So many answered requests show that a service serves. */
const ENOUGH = 20;
const QUOTED = 3;

/**
 * Only what is seen to pass is quiet: every service of the capture has answered enough requests of users, no container died, every
 * line of severity ERROR or above is explained, and nothing of the file was lost. An explained reason that nobody was harmed by is
 * noise in such a capture, unless it is named about as often as users ask.
 */
export function judgeCapture(capture: Capture, observation: Observation): Judgement {
  const services = servicesOf(capture);
  const ill = harmOf(observation).filter(({ service }) => !failsLittle(capture.requests[service]) && !onlyStrangers(capture, service));
  const deaths = deathsIn(
    capture.groups.filter(
      (group) => signatureOf(group.signature) !== undefined && !(group.facts['report'] !== undefined && isSuperseded(group, capture)),
    ),
  );
  const reported = capture.groups.filter((group) => group.facts['report'] !== undefined && !isSuperseded(group, capture));
  if (ill.length === 0 && (deaths > 0 || reported.length > 0)) return notServing(capture, deaths, reported);
  if (deaths > 0 || ill.length > 0)
    return { verdict: 'trouble', because: `${deaths} ${deaths === 1 ? 'death' : 'deaths'}, ${requestsOf(capture)}` };
  const down = turnedDownIn(capture);
  const harm = down.filter(({ word }) => word === 'harm');
  if (harm.length > 0) return { verdict: 'trouble', because: harm.map(({ words }) => words).join('; '), turnedDown: true };
  if (capture.unexplained > 0 && !capture.groups.some((group) => isUnanswered(group, capture)))
    return { verdict: 'suspicion', because: [...down.map(({ words }) => words), unexplainedWords(capture)].join('; ') };
  const missing = [...services.flatMap((service) => lackOf(capture, service)), ...lost(capture)];
  if (services.length === 0) missing.unshift('no request is in it');
  if (missing.length > 0 && capture.groups.some((group) => isUnanswered(group, capture)))
    return { verdict: 'suspicion', because: `lines name a reason, but ${requestsOf(capture)} and no container is seen to die` };
  const doubts = [...strangersWords(capture), ...doubtsOf(capture)];
  if (doubts.length > 0) return { verdict: 'suspicion', because: doubts.join('; ') };
  const silent = down.map(({ words }) => words);
  if (missing.length > 0)
    return {
      verdict: 'inconclusive',
      because: `nothing in it fails, and too little in it passes: ${[...silent, ...missing].join('; ')}`,
    };
  if (silent.length > 0) return { verdict: 'inconclusive', because: `no server error is in it, but ${silent.join('; ')}` };
  const because = `${requestsOf(capture)}, no container died, and no error is left unexplained; it speaks of ${services.join(', ')} alone`;
  return { verdict: 'quiet', because };
}

/** Whoever is turned away was never let in, while the requests of others pass: strangers as a rule, but it may be a caller of ours. */
function onlyStrangers({ strangers, requests, passed }: Capture, service: string): boolean {
  const away = strangers[service] ?? 0;
  return away > 0 && (passed[service] ?? 0) >= ENOUGH && away === (requests[service]?.serverErrors ?? 0);
}

/** A later revision of the same service came up and serves well: that this one did not is history. */
function isSuperseded({ service, revision, lastAt }: LogGroup, { course }: Capture): boolean {
  return course.some(
    (each) =>
      each.service === service &&
      each.revisions.some(
        (later) =>
          later.revision !== revision && later.firstAt > lastAt && later.passed >= ENOUGH && later.failed <= ERROR_RATE * later.passed,
      ),
  );
}

/** Containers die or a revision does not come up, and no user is seen to be harmed by it. */
function notServing(capture: Capture, deaths: number, reported: readonly LogGroup[]): Judgement {
  const ill = [
    ...new Set(reported.map(({ revision }) => revision).filter((name) => name !== '' && !Object.hasOwn(capture.requests, name))),
  ];
  const what = ill.length > 0 ? `${ill.join(', ')} does not come up` : `${deaths} ${deaths === 1 ? 'death' : 'deaths'}`;
  const well = capture.course
    .flatMap(({ revisions }) => revisions)
    .filter(({ passed, failed, revision }) => passed > failed && !ill.includes(revision));
  const served = well.map(({ revision, passed, failed }) => `${revision} serves: ${passed} of ${passed + failed} requests passed`);
  return { verdict: 'suspicion', because: `${what}, and no user is seen to be harmed: ${served.join('; ') || requestsOf(capture)}` };
}

/** Strangers at the door, where they are more than the goal allows. */
function strangersWords(capture: Capture): readonly string[] {
  return Object.entries(capture.strangers).flatMap(([service, away]) => {
    const stats = capture.requests[service];
    if (stats === undefined || failsLittle(stats) || !onlyStrangers(capture, service)) return [];
    return [
      `${away} of ${stats.total} requests to ${service} were turned away at the door (no token, or without roles/run.invoker), all of callers that were never let in, while those of others pass: strangers, or a caller of yours that lacks the role`,
    ];
  });
}

/** How many errors no mechanism explains, with the most frequent as they were written. */
export function unexplainedWords({ unexplained, unexplainedShapes }: Pick<Capture, 'unexplained' | 'unexplainedShapes'>): string {
  const shapes = unexplainedShapes.slice(0, QUOTED).map(({ count, sample }) => `${count} × ${quoted(sample)}`);
  const more = unexplainedShapes.length > QUOTED ? ', …' : '';
  return `${unexplained} ${unexplained === 1 ? 'line' : 'lines'} of severity ERROR or above ${unexplained === 1 ? 'matches' : 'match'} no known mechanism: ${shapes.join(', ')}${more}`;
}

/** Services of Cloud Run, which have revisions, and whatever else answers requests; a job or a database answers none. */
export function servicesOf({ groups, requests }: Capture): readonly string[] {
  const logging = groups.filter(({ service, revision }) => revision !== '' && revision !== service).map(({ service }) => service);
  return [...new Set([...logging, ...Object.keys(requests)])].filter((name) => name !== '').toSorted();
}

/** What is missing for calling a service well; empty: nothing. */
function lackOf({ requests, passed, healthChecks }: Capture, service: string): readonly string[] {
  const total = requests[service]?.total ?? 0;
  const [served, checks] = [passed[service] ?? 0, healthChecks[service] ?? 0];
  if (served >= ENOUGH) return [];
  if (total === 0) return [`no request to ${service} is in it`];
  if (checks === total) return [`all ${total} requests to ${service} are health checks`];
  const beside = checks === 0 ? '' : ` (${checks} more are health checks)`;
  return [`${served} of ${total - checks} requests to ${service} passed${beside}, at least ${ENOUGH} must`];
}

/** What was in the file and could not be judged. */
function lost({ broken, truncatedAt, overflow }: Capture): readonly string[] {
  return [
    ...(broken.count > 0 ? [`${broken.count} broken ${broken.count === 1 ? 'entry was' : 'entries were'} left out`] : []),
    ...(truncatedAt === null ? [] : ['the file is cut off']),
    ...(overflow > 0 ? [`${overflow} lines are in no group`] : []),
  ];
}

/** Enough requests, and in all of them together and in each revision that has enough of them no more failed than goals allow. */
function failsLittle(stats: RequestStats | undefined): boolean {
  if (stats === undefined || stats.total < ENOUGH) return false;
  const parts = [stats, ...Object.values(stats.byRevision).filter(({ total }) => total >= ENOUGH)];
  return parts.every(({ total, serverErrors }) => serverErrors / total <= ERROR_RATE);
}

/** A reason at a place where requests do not show that nobody minded. */
function isUnanswered({ signature, service }: LogGroup, capture: Capture): boolean {
  return signatureOf(signature)?.role === 'reason' && (capture.passed[service] ?? 0) < ENOUGH;
}

function requestsOf({ requests }: Capture): string {
  const all = Object.values(requests);
  const total = all.reduce((sum, stats) => sum + stats.total, 0);
  const failed = all.reduce((sum, stats) => sum + stats.serverErrors, 0);
  return total === 0 ? 'no request is in it' : `${failed} of ${total} requests failed (${percent(failed / total)})`;
}
