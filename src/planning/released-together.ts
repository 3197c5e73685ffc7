import { MINUTE, SECOND, sayDuration } from '../core/duration.ts';
import type { RequestStats } from '../core/model/request-stats.ts';
import { namesIt } from '../diagnosis/capture/named-callee.ts';
import { groupsOf, percent, servingRevisions } from '../diagnosis/observation-queries.ts';
import { separatedRevisions } from '../diagnosis/witnesses/separated.ts';
import { usersP95 } from '../diagnosis/witnesses/users-p95.ts';
import { wilson } from '../diagnosis/figures/wilson-interval.ts';
import { nameIn, STEPS } from '../steps/index.ts';
import { leaveOut, wait } from './step-decisions.ts';
import type { Decided, PlanScope } from './step-decisions.ts';

/** What began to serve so long apart came with one roll-out. Ours to choose; the steps of the hour are five minutes long. */
const TOGETHER = 15 * MINUTE;
/** What fails of itself answers at once; who waits for another answers when that has failed, or is given up. */
const QUICK = SECOND;
const TIMES_SLOWER = 4;
/** The percentile tells of failures only where that many of the requests are some. */
const TOLD_BY_P95 = 0.1;
/** Who is called by another answers its requests too: so many times as many that fail are no chance, and do not turn round from look to look. */
const TIMES_MORE = 1.25;

/** A service whose users fail since what serves it began to, and whose pin is planned, or waits for more looks. */
interface Failing {
  readonly decided: Decided;
  readonly service: string;
  readonly since: number;
  readonly failed: number;
  readonly total: number;
  readonly p95: number | null;
}

/**
 * Services with a release of the same minutes that fail together, where the document says of none of them who needs whom: what one fails with
 * may be another's. One goes first, which can be undone, and the others are decided again on what that leaves: steps are made one
 * after another, each judged for minutes, and an innocent caller put back first would cost its users all that time. First goes whom the lines of the others
 * name, or who fails at once where they fail late, or who fails far more requests, those of its callers among them. Where none of this tells
 * two apart, both stay as they are decided. What dies of itself, or serves well in another revision in the same minutes, waits for nobody.
 */
export function calleesFirst(scope: PlanScope, all: readonly Decided[]): readonly Decided[] {
  const failing = all.flatMap((decided) => failingOf(scope, decided) ?? []);
  const links = failing.map((one) => [one, failing.flatMap((other) => mayComeFrom(scope, one, other) ?? [])[0]] as const);
  const behind = new Map(links.flatMap(([one, because]) => (because === undefined ? [] : [[one, because] as const])));
  return failing.flatMap((one) => {
    const because = behind.get(one);
    const first = because === undefined ? null : firstOf(one, behind);
    if (because === undefined || first === null) return [];
    const { step, notes } = one.decided;
    const why = `${because.words}; both are ill since a release of the same minutes, and the document does not say which needs which`;
    const goes = `${first.decided.step.id} goes first, which can be undone; ${step.id} is decided again on what that leaves`;
    if (first.decided.step.decision === 'apply') return [leaveOut(one.decided, `${goes}: ${why}`)];
    const open = `whether ${first.service} is ill is not agreed yet, and it would go first: ${why}`;
    // Anybody who sends requests may have put words into lines: for them alone nothing ripe waits for what is not.
    return step.decision === 'apply' && !restsOnLines(one, behind) ? [{ ...wait(step, open, step.evidence), notes }] : [];
  });
}

interface Behind {
  readonly words: string;
  /** Only lines that programs printed say so. */
  readonly byLines?: true;
  readonly other: Failing;
}

/** The end of the chain; null: it leads back to where it began, and tells nothing. */
function firstOf(one: Failing, behind: ReadonlyMap<Failing, Behind>, seen: readonly Failing[] = []): Failing | null {
  const next = behind.get(one)?.other;
  if (next === undefined) return one;
  return next === one || seen.includes(next) ? null : firstOf(next, behind, [...seen, one]);
}

/** One of the links of the chain is known by lines alone. The chain has an end. */
function restsOnLines(one: Failing, behind: ReadonlyMap<Failing, Behind>): boolean {
  const next = behind.get(one);
  return next !== undefined && (next.byLines === true || restsOnLines(next.other, behind));
}

function failingOf(scope: PlanScope, decided: Decided): Failing | null {
  const { step, awaits, isOwnFault } = decided;
  const { observation, spec, leftOut = [] } = scope;
  if (leftOut.includes(step.id) || STEPS[step.kind].way !== 'traffic' || isOwnFault === true) return null;
  if (step.decision !== 'apply' && awaits === undefined) return null;
  const service = nameIn(step.id);
  const isPlaced = spec.services.some(({ name, dependsOn }) => (name === service ? dependsOn.length > 0 : dependsOn.includes(service)));
  const seen = observation.services[service];
  const requests = seen?.requests.freshness === 'fresh' ? seen.requests.value : null;
  if (isPlaced || seen === undefined || requests === null || separatedRevisions(observation, service) !== null) return null;
  const since = servesSince(seen.hour?.value ?? [], servingRevisions(seen));
  const { total, serverErrors: failed } = requests;
  if (since === null || wilson(failed, total).lower <= spec.improvement.goals.errorRate) return null;
  return { decided, service, since, failed, total, p95: failed >= TOLD_BY_P95 * total ? usersP95(seen) : null };
}

/** The begin of the first step of the hour in which it served, where another did before; null: it has served for longer. */
function servesSince(hour: readonly RequestStats[], serving: readonly string[]): number | null {
  const isOf = ({ byRevision }: RequestStats): boolean => serving.some((name) => (byRevision[name]?.total ?? 0) > 0);
  const first = hour.findIndex(isOf);
  const others = hour.slice(0, first + 1).some(({ byRevision }) => Object.keys(byRevision).some((name) => !serving.includes(name)));
  return first >= 0 && others ? (hour[first]?.sinceAt ?? null) : null;
}

/** Why what `one` fails with may come from `other`; null: nothing says so, or rather the other way round. */
function mayComeFrom(scope: PlanScope, one: Failing, other: Failing): Behind | null {
  if (one === other || Math.abs(one.since - other.since) > TOGETHER) return null;
  const is = (words: string): Behind => ({ words, other });
  const names = (caller: Failing, callee: Failing): boolean => namesIt(groupsOf(scope.observation, caller.service), callee.service);
  const [isNaming, isNamed] = [names(one, other), names(other, one)];
  if (isNaming !== isNamed) return isNaming ? { ...is(`lines of ${one.service} name ${other.service}`), byLines: true } : null;
  const [isLater, isSooner] = [failsLater(one, other), failsLater(other, one)];
  if (isLater || isSooner) return isLater ? is(laterWords(one, other)) : null;
  const isMore = other.failed >= TIMES_MORE * one.failed && other.total >= one.total;
  return isMore ? is(`${sayFailed(other)}, and ${sayFailed(one)}`) : null;
}

function failsLater(one: Failing, other: Failing): boolean {
  return one.p95 !== null && other.p95 !== null && other.p95 < QUICK && one.p95 >= TIMES_SLOWER * QUICK;
}

function laterWords(one: Failing, other: Failing): string {
  const say = ({ p95 }: Failing): string => sayDuration(Math.round(p95 ?? 0));
  return `${sayFailed(other)} and answers within ${say(other)} (p95), and ${sayFailed(one)} and answers within ${say(one)}, as who waits for another does`;
}

function sayFailed({ service, failed, total }: Failing): string {
  return `${service} fails ${failed} of ${total} requests (${percent(failed / total)})`;
}
