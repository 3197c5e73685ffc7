import { MINUTE } from '../../core/duration.ts';
import type { ServiceObservation } from '../../core/model/observation.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import type { Counted } from '../../core/model/trial.ts';
import { chanceOfWorse } from '../figures/two-proportions.ts';
import { rate } from '../witnesses/turned-away.ts';

/** When the users who fail now began to, minute by minute, by the figures of the last hour. Pure. */
export interface UsersOnset {
  /** To the minute. */
  readonly at: number;
  /** The end of the last minute with requests before it. */
  readonly wellUntil: number;
  readonly since: Counted;
  /** Figures come late: those since then end here. */
  readonly until: number;
  /** Of the minutes right before it in which as good as none did, from `beforeFrom` on. */
  readonly before: Counted;
  readonly beforeFrom: number;
}

/** A stretch of so many failures, as expected, is enough to tell one share from another. */
const EXPECTED = 10;
/** A stretch is of the present trouble where at least this part of its share fails in it. */
const OF_NOW = 0.5;
/** So many in a row that are not end it: one may be chance. */
const ENDS = 2;
const ENOUGH = 60;
/** A minute in which less than this of the share since then failed was well at its beginning. */
const PARTLY = 0.8;
/** What has a begin is another within so few minutes; what grows is not. */
const AROUND = 3;
const TIMES = 2;
const CHANCE = 1e-6;

/** null: nobody fails, it began before what was read, it grew too slowly to have a begin, or too few were counted to tell. */
export function usersOnset(service: ServiceObservation, goal: number): UsersOnset | null {
  const minutes = minutesOf(service);
  const share = rate(newestOf(minutes));
  if (share <= goal) return null;
  const stretches = stretchesOf(minutes, share);
  const first = firstOfTrouble(stretches, share);
  const began = stretches[first]?.findIndex(({ failed }) => failed > 0) ?? -1;
  if (began < 0 || first === 0) return null;
  const start = stretches.slice(0, first).flat().length + began;
  return onsetAt(minutes, start, share);
}

interface Minute extends Counted {
  readonly at: number;
}

function onsetAt(minutes: readonly Minute[], from: number, share: number): UsersOnset | null {
  // A trouble begins within a minute: one that is touched by it is no minute of before.
  const touched = minutes[from - 1];
  const usual = rate(sum(minutes.slice(Math.max(0, from - 1 - AROUND), from - 1)));
  const start = touched !== undefined && touched.failed > 0 && rate(touched) > Math.max(share / 20, TIMES * usual) ? from - 1 : from;
  const first = minutes[start];
  const quiet = minutes.slice(0, start);
  const broken = quiet.findLastIndex((minute) => minute.failed > 2 && rate(minute) > OF_NOW * share);
  const own = quiet.slice(broken + 1);
  const [oldest, last] = [own[0], own.at(-1)];
  if (first === undefined || oldest === undefined || last === undefined) return null;
  const whole = sum(minutes.slice(start + 1));
  const begun = whole.failed === 0 ? 1 : rate(first) / rate(whole);
  const isWhole = begun > PARTLY;
  const since = isWhole ? sum(minutes.slice(start)) : whole;
  const before = sum(own);
  const edge = [own.slice(-AROUND), minutes.slice(start + 1, start + 1 + AROUND)].map((part) => rate(sum(part))) as [number, number];
  if (start + 1 < minutes.length && edge[0] * TIMES > edge[1]) return null;
  if (rate(before) * TIMES > rate(since) || chanceOfWorse(before, since) > CHANCE) return null;
  const at = isWhole ? first.at : first.at + MINUTE * Math.round(1 - begun);
  return { at, wellUntil: last.at + MINUTE, since, until: (minutes.at(-1)?.at ?? first.at) + MINUTE, before, beforeFrom: oldest.at };
}

/** The oldest of the stretches that reach until now without a break; 0: it is as old as what was read. */
function firstOfTrouble(stretches: readonly (readonly Minute[])[], share: number): number {
  const isOfNow = stretches.map((stretch) => rate(sum(stretch)) >= OF_NOW * share);
  for (let index = stretches.length - 1; index >= 0; index -= 1)
    if (!isOfNow.slice(Math.max(0, index - ENDS + 1), index + 1).includes(true)) return isOfNow.indexOf(true, index);
  return isOfNow.slice(0, ENDS).includes(false) ? isOfNow.indexOf(true) : 0;
}

/** The last minutes that hold enough requests to tell a share by. */
function newestOf(minutes: readonly Minute[]): Counted {
  const own: Minute[] = [];
  for (const minute of minutes.toReversed()) {
    if (own.length >= ENDS && sum(own).total >= ENOUGH) break;
    own.push(minute);
  }
  return sum(own);
}

/** Minutes put together, from the newest back, until `EXPECTED` failures would be expected in each. */
function stretchesOf(minutes: readonly Minute[], share: number): readonly (readonly Minute[])[] {
  const stretches: Minute[][] = [];
  let open: Minute[] = [];
  for (const minute of minutes.toReversed()) {
    open.unshift(minute);
    if (sum(open).total * share < EXPECTED) continue;
    stretches.unshift(open);
    open = [];
  }
  return stretches;
}

/** Those of the hour, and the newest of the look, which is read more often. */
function minutesOf({ byMinute, requests }: ServiceObservation): readonly Minute[] {
  const near = requests.freshness === 'fresh' ? requests.value : null;
  const newest = near?.minutes ?? [];
  const from = near === null || newest.length === 0 ? Infinity : near.sinceAt;
  const hour = (byMinute?.value ?? []).filter(({ sinceAt }) => sinceAt < from);
  return [...hour.map((minute) => counted(minute.sinceAt, minute)), ...newest.map((minute) => counted(minute.at, minute))].filter(
    ({ total }) => total > 0,
  );
}

function counted(at: number, { total, serverErrors, turnedAway = 0 }: Pick<RequestStats, 'total' | 'serverErrors' | 'turnedAway'>): Minute {
  return { at, total, failed: serverErrors + turnedAway };
}

function sum(parts: readonly Counted[]): Counted {
  return parts.reduce<Counted>((all, { total, failed }) => ({ total: all.total + total, failed: all.failed + failed }), {
    total: 0,
    failed: 0,
  });
}
