import { MINUTE } from '../../core/duration.ts';
import type { Counts, Gain, Level } from '../../core/model/trend.ts';
import type { Bounds } from './bounds.ts';
import { added, WINDOW } from './cells.ts';
import { compareCounts, dispersion, shareOf, totalOf } from './proportions.ts';
import type { Stretches } from './stretches.ts';

/**
 * The error rate, by counts. A change-point test: for each of a few lengths, what came after against everything before it since
 * the last improvement. The lengths widen until there are samples enough, so a quiet system is judged over hours.
 */

/** So far back a change is looked for. Few, because each one more is another chance for noise. */
const LENGTHS = [6, 8, 10, 14, 20, 28, 40, 56, 80, 112, 160, 240].map((minutes) => minutes * MINUTE);

/** Standard deviations for an improvement; found by simulation (`npm run bench`): under 1 % false in two hours at any rate. */
const SURE = 4.1;
/** For the loss of what was stated: it must be no better than before by the margin, too. */
const SURE_OF_LOSS = 3;
/** Enough for not calling it better: it may be worse. */
const MAYBE = 1.64;
/** A stretch with fewer failures cannot contradict. */
const FAILURES_THAT_TELL = 20;

export interface LayerShares {
  readonly before: Level;
  readonly after: Level;
}

/** What came after some instant is better than all before it since `since`, by the margin and beyond noise, in both of its halves. */
export function betterSince(all: Stretches, since: number, { margin, minSamples, goals }: Bounds): LayerShares | null {
  const start = all.since(since);
  const end = all.cells.length;
  for (const length of LENGTHS) {
    const split = all.backBy(length);
    if (split - start < 2 || end - split < 2) break;
    if (all.total(start, split) < 2 * minSamples || all.total(split, end) < minSamples) continue;
    if (!(all.ratio(start, split, end) <= 1 - margin)) continue;
    const [before, after] = [all.between(start, split), all.between(split, end)];
    if (shareOf(before) <= goals.errorRate) continue;
    const { ratio, z } = compareCounts(before, after);
    if (ratio === null || ratio > 1 - margin || z < SURE) continue;
    if (!bothHalves(all, split, end, (half) => isBelow(before, half, margin))) continue;
    if (!belowEachBeginning(all, start, { split, after, margin })) continue;
    const bursts = burstsIn(all, start, split, end);
    if (z / Math.sqrt(bursts) >= SURE) return { before: all.level(start, split), after: all.level(split, end) };
  }
  return null;
}

function bothHalves(all: Stretches, from: number, until: number, is: (half: Counts) => boolean): boolean {
  const middle = all.middle(from, until);
  return is(all.between(from, middle)) && is(all.between(middle, until));
}

function isBelow(before: Counts, after: Counts, margin: number): boolean {
  const { ratio } = compareCounts(before, after);
  return ratio !== null && ratio <= 1 - margin;
}

/** Better than it was at first, too: after a rise, the mean of all before is no measure. */
function belowEachBeginning(
  all: Stretches,
  start: number,
  { split, after, margin }: { readonly split: number; readonly after: Counts; readonly margin: number },
): boolean {
  const beganAt = all.cells[start]?.at ?? 0;
  for (let length = WINDOW; ; length *= 2) {
    const until = all.since(beganAt + length);
    if (until >= split) return true;
    const beginning = all.between(start, until);
    if (totalOf(beginning)[1] >= FAILURES_THAT_TELL && !isBelow(beginning, after, margin)) return false;
  }
}

/** How much the failures clump, within minutes or over whole windows, before or in all, whichever is most: no burst in a few minutes is no proof. */
function burstsIn(all: Stretches, start: number, split: number, end: number): number {
  const by = (grid: number): number => {
    const before = parts(all, start, split, grid);
    return Math.max(dispersion([before]), dispersion([before, parts(all, split, end, grid)]));
  };
  return Math.max(by(MINUTE), by(WINDOW));
}

function parts(all: Stretches, from: number, until: number, grid: number): readonly Counts[] {
  const windows = Map.groupBy(all.cells.slice(from, until), ({ at }) => Math.floor(at / grid));
  return [...windows.values()].map((cells) => cells.map(({ counts }) => counts).reduce(added));
}

/** What was gained is lost: no longer better than before by the margin, and surely worse than it had become. */
export function isLost(all: Stretches, gain: Gain, { margin, minSamples }: Bounds): boolean {
  const [before, after] = [gain.before.counts ?? [], gain.after.counts ?? []];
  return newestStretches(all, gain.after.untilAt, minSamples).some(
    ({ whole, halves }) =>
      compareCounts(after, whole).z <= -SURE_OF_LOSS && [whole, ...halves].every((part) => !isBelow(before, part, margin)),
  );
}

/** It is there again. */
export function isRegained(all: Stretches, gain: Gain, { margin, minSamples }: Bounds): boolean {
  const before = gain.before.counts ?? [];
  const [newest] = newestStretches(all, gain.after.untilAt, minSamples);
  if (newest === undefined) return false;
  return (
    compareCounts(before, newest.whole).z >= SURE_OF_LOSS && [newest.whole, ...newest.halves].every((part) => isBelow(before, part, margin))
  );
}

/** The stretches that end now and began after `since`, shortest first, each with its halves. */
function newestStretches(all: Stretches, since: number, minSamples: number): readonly { whole: Counts; halves: readonly Counts[] }[] {
  const end = all.cells.length;
  const splits = LENGTHS.map((length) => all.backBy(length)).filter((split) => end - split >= 2 && (all.cells[split]?.at ?? 0) >= since);
  return [...new Set(splits)]
    .map((split) => ({ whole: all.between(split, end), split, middle: all.middle(split, end) }))
    .filter(({ whole }) => totalOf(whole)[0] >= minSamples)
    .map(({ whole, split, middle }) => ({ whole, halves: [all.between(split, middle), all.between(middle, end)] }));
}

/** Since that instant it may have become worse than it was: enough for not calling the whole better. */
export function mayBeWorse(all: Stretches, since: number, from: number, bounds: Bounds): boolean {
  const start = all.since(from);
  const split = all.since(since);
  if (split <= start) return false;
  return isWorse(all.between(start, split), all.between(split, all.cells.length), bounds, MAYBE);
}

/** The newest stretch with samples enough is surely worse than all before it since `since`, in both of its halves. */
export function worseSince(all: Stretches, since: number, bounds: Bounds): LayerShares | null {
  const start = all.since(since);
  const end = all.cells.length;
  for (const length of LENGTHS) {
    const split = all.backBy(length);
    if (split - start < 2 || end - split < 2) return null;
    if (all.total(start, split) < 2 * bounds.minSamples || all.total(split, end) < bounds.minSamples) continue;
    if (!(all.ratio(start, split, end) >= 1 + bounds.margin)) continue;
    const [before, after] = [all.between(start, split), all.between(split, end)];
    if (!isWorse(before, after, bounds, SURE) || !bothHalves(all, split, end, (half) => isWorse(before, half, bounds, 0))) continue;
    const bursts = burstsIn(all, start, split, end);
    if (isWorse(before, after, bounds, SURE * Math.sqrt(bursts))) return { before: all.level(start, split), after: all.level(split, end) };
  }
  return null;
}

function isWorse(before: Counts, after: Counts, { margin, goals }: Bounds, deviations: number): boolean {
  const { ratio, z } = compareCounts(before, after);
  return ratio !== null && ratio >= 1 + margin && z <= -deviations && shareOf(after) > goals.errorRate;
}
