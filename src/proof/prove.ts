import { runThroughKills } from './run-with-kills.ts';
import type { Play, Point, KilledRun } from './run-with-kills.ts';

/** What came of killing the controller at one point. */
export interface ProofRow {
  readonly point: number;
  readonly what: string;
  readonly boots: number;
  /** Each compared with the undisturbed run. */
  readonly outcomeSame: boolean;
  readonly writesSame: boolean;
  readonly worldSame: boolean;
  /** What differs, in words; empty when nothing does. */
  readonly difference: string;
}

export interface Undisturbed {
  readonly outcome: string;
  /** Why it ended so; null where nothing failed. */
  readonly failure: string | null;
  readonly points: readonly Point[];
  readonly writes: number;
  readonly cases: number;
}

/** Every `every`-th point, and of those the ones that fall to this part of the work: `part` of `parts`, counted from 0. */
export interface Selection {
  readonly every: number;
  readonly part: number;
  readonly parts: number;
}

/** The run that nobody kills. */
export async function undisturbed(play: Play): Promise<Undisturbed> {
  const { outcome, failure, points, writes, cases } = await runThroughKills(play, new Set());
  return { outcome, failure, points, writes: writes.length, cases };
}

/** One row for each selected point, as they are found, each held against the undisturbed run. */
export async function* proveByKilling(play: Play, selection: Selection): AsyncGenerator<ProofRow> {
  const base = await runThroughKills(play, new Set());
  for (const point of selected(base.points, selection)) yield await rowOf(play, base, point);
}

/** Requests that may change the world are always among the selected: there are few, and they are what it is about. */
export function selected(points: readonly Point[], { every, part, parts }: Selection): readonly Point[] {
  const sampled = points.filter(({ what }, index) => !/ save \d+$/.test(what) || index % every === 0);
  return sampled.filter((_, index) => index % parts === part);
}

async function rowOf(play: Play, base: KilledRun, { number, what }: Point): Promise<ProofRow> {
  try {
    const survived = await runThroughKills(play, new Set([number]));
    const differences = compare(base, survived);
    return {
      point: number,
      what,
      boots: survived.boots,
      outcomeSame: differences.outcome === null,
      writesSame: differences.writes === null,
      worldSame: differences.world === null,
      difference: [differences.outcome, differences.writes, differences.world].filter((words) => words !== null).join('; '),
    };
  } catch (thrown) {
    const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
    const difference = cause instanceof Error ? cause.message : String(cause);
    return { point: number, what, boots: 0, outcomeSame: false, writesSame: false, worldSame: false, difference };
  }
}

interface Differences {
  readonly outcome: string | null;
  readonly writes: string | null;
  readonly world: string | null;
}

function compare(base: KilledRun, other: KilledRun): Differences {
  const worldOf = ({ traffic, resources, cases }: KilledRun): string => JSON.stringify({ traffic, resources, cases });
  return {
    outcome: base.outcome === other.outcome ? null : `ended ${other.outcome} instead of ${base.outcome}`,
    writes: sameList(base.writes, other.writes) ? null : writesWords(base.writes, other.writes),
    world: worldOf(base) === worldOf(other) ? null : `the world is ${worldOf(other)} instead of ${worldOf(base)}`,
  };
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}

function writesWords(wanted: readonly string[], found: readonly string[]): string {
  const at = wanted.findIndex((text, index) => text !== found[index]);
  const index = at < 0 ? wanted.length : at;
  return `write ${index + 1} of ${found.length} is ${found[index] ?? 'missing'} instead of ${wanted[index] ?? 'none'}`;
}
