import type { LookTestimony, Statement } from '../../../src/core/model/testimony.ts';
import type { Look } from '../activities.ts';
import type { IncidentContext } from '../context.ts';
import { sayInstant } from '../people/say-instant.ts';
import { allLeft, isHalfDone } from '../steps.ts';

/**
 * What was well, or was being proven, begins to fail: people hear of it as soon as several looks show it, minutes before figures that come
 * late let anything be decided. Nothing is done by it, and a single failing probe, or two, are not told. Pure.
 */

const MINUTE = 60_000;
/** So many of the last looks, the newest among them, in which probes or users' figures speak against it. */
const SHOWN = 3;
const OF_LOOKS = 5;
/** So many looks in a row without a word against it, and what was told is over. */
const OVER_LOOKS = 5;
/** What comes back sooner is still the same, and is told by other words where it lasts. */
const AGAIN = 15 * MINUTE;

const SINCE = 'ill since ';
const OVER = 'ill no longer: ';

/** Told at most once in a quarter of an hour for each service: never a repetition, however like the one before. */
export function isOfIllBegun(words: string, { target }: Pick<IncidentContext, 'target'>): boolean {
  return [SINCE, OVER].some((begin) => words.startsWith(`${target}: ${begin}`));
}

/** By service: when it was told, until it is seen to be over. */
type Told = NonNullable<IncidentContext['illBegun']>;

/** `witnessed`: with the newest look. */
export function tellIllBegun(context: IncidentContext): Required<Pick<IncidentContext, 'illBegun' | 'outbox'>> {
  const { look, outbox, target, illBegun = {} } = context;
  if (look === null || !isOnlyWatching(context)) return { illBegun: {}, outbox };
  const told = Object.keys(look.testimony).map((service) => ofService(context, look, service, illBegun[service]));
  return {
    illBegun: Object.fromEntries(told.flatMap(({ service, kept }) => (kept === undefined ? [] : [[service, kept]]))),
    outbox: [...outbox, ...told.flatMap(({ words }) => (words === undefined ? [] : [`${target}: ${words}`]))],
  };
}

/** Nothing is left to do, nobody is asked, and nothing that was just done is being judged. */
function isOnlyWatching(context: IncidentContext): boolean {
  const { plan, held, askedAt, escalation, rollback, aborting } = context;
  const isSilent = held !== null || askedAt !== null || escalation !== null || rollback !== null || aborting;
  return plan !== null && plan.awaits === undefined && !isSilent && !isHalfDone(context) && allLeft(context).length === 0;
}

interface OfService {
  readonly service: string;
  readonly kept?: Told[string];
  readonly words?: string;
}

function ofService(context: IncidentContext, look: Look, service: string, known: Told[string] | undefined): OfService {
  const looks = context.witnessed.filter(({ at, services }) => at > context.changedAt && services[service] !== undefined);
  const last = looks.slice(-OF_LOOKS);
  const ill = last.filter((one) => isAgainst(one, service));
  const isOver = looks.slice(-OVER_LOOKS).every((one) => !isAgainst(one, service));
  if (known !== undefined && !(known.over && look.at - known.at >= AGAIN)) {
    const isEnded = isOver && !known.over && look.gates[`healthy:${service}`]?.outcome === 'pass';
    if (!isEnded) return { service, kept: known };
    const words = `${OVER}${service} is not seen to fail in ${OVER_LOOKS} looks until ${sayInstant(look.at)}.`;
    return { service, kept: { ...known, over: true }, words };
  }
  const [first] = ill;
  const isShown = ill.length >= SHOWN && first !== undefined && ill.at(-1)?.at === look.at;
  if (!isShown || areUsersWell(look, service, first.at)) return { service };
  return { service, kept: { at: look.at, over: false }, words: illWords(look, service, { ill, of: last.length, firstAt: first.at }) };
}

function isAgainst({ services }: LookTestimony, service: string): boolean {
  const { probes, requests } = services[service] ?? {};
  return probes === 'ill' || requests === 'ill';
}

/** Users counted in the same time are served well: what only probes meet has words of its own. */
function areUsersWell({ testimony, served }: Look, service: string, since: number): boolean {
  return testimony[service]?.requests.word === 'well' && countedUntil(served[service]) > since + MINUTE;
}

function countedUntil(served: Look['served'][string] | undefined): number {
  return Math.max(0, ...Object.values(served ?? {}).map(({ untilAt }) => untilAt));
}

interface Shown {
  readonly ill: readonly LookTestimony[];
  readonly of: number;
  readonly firstAt: number;
}

function illWords({ at, testimony, served }: Look, service: string, { ill, of, firstAt }: Shown): string {
  const { probes, requests } = testimony[service] ?? {};
  const counted = countedUntil(served[service]);
  const until = counted === 0 ? '' : `, figures until ${clock(counted)}`;
  const since = Math.min(firstAt, ...failingSince(requests));
  const said = [probes, requests].flatMap((one) => (one?.word === 'ill' ? [one.because] : []));
  const users = requests?.word === 'ill' || requests === undefined ? '' : `; of users${until}: ${requests.because}`;
  return `${SINCE}about ${clock(since)}: ${service} fails in ${ill.length} of the last ${of} looks, the newest of ${sayInstant(at)}: ${said.join('; ')}${byRevision(served[service])}${users}. It is looked on, and diagnosed and planned anew when it is agreed; nothing is changed by this alone.`;
}

/** Where several serve it is told which of them fails; '' where one does, or none does. */
function byRevision(served: Look['served'][string] = {}): string {
  const counted = Object.entries(served).flatMap(([name, { total, failed, turnedAway = 0 }]) =>
    total === 0 ? [] : [{ name, total, failed: failed + turnedAway }],
  );
  if (counted.length < 2 || counted.every(({ failed }) => failed === 0)) return '';
  const worstFirst = counted.toSorted((one, other) => other.failed / other.total - one.failed / one.total);
  return `; by revision: ${worstFirst.map(({ name, failed, total }) => `${name} ${failed} of ${total}`).join(', ')}`;
}

/** The begin of the first of the minutes in which too many users failed. */
function failingSince(requests: Statement | undefined): readonly number[] {
  const [first] = requests?.word === 'ill' ? (requests.minutes ?? []) : [];
  return first === undefined ? [] : [first - MINUTE];
}

function clock(at: number): string {
  return sayInstant(at).slice(11, 16);
}
