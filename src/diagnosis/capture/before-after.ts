import { MINUTE } from '../../core/duration.ts';
import type { Evidence } from '../../core/model/diagnosis.ts';
import type { Capture } from './capture.ts';
import type { RevisionCourse } from './course.ts';
import type { PathCourse } from './paths.ts';

/** So many requests of a revision tell how it serves. */
const ENOUGH = 5;
/** A chance below this that so many requests pass in a row while the trouble goes on. */
const BY_CHANCE = 0.01;

export interface Contrast {
  /** A revision that serves well beside, or before, one that fails; null without such a pair. */
  readonly servesWell: string | null;
  readonly evidence: readonly Evidence[];
}

/** Old and new revision side by side: of a service with a revision that fails or never served, those that answer well. */
export function contrastOf({ course, groups, paths }: Capture): Contrast {
  const pairs = course.flatMap(({ service, revisions }) => {
    const silent = groups.filter(
      (group) =>
        group.service === service && group.facts['report'] !== undefined && !revisions.some(({ revision }) => revision === group.revision),
    );
    const never = [...new Set(silent.map(({ revision }) => revision))].filter((revision) => revision !== '' && revision !== service);
    const ill = revisions.filter(({ passed, failed }) => failed > passed);
    const well = revisions.filter(({ passed, failed }) => passed >= ENOUGH && failed <= 0.01 * passed);
    return ill.length + never.length > 0 && well.length > 0 ? [{ ill, never, well }] : [];
  });
  return {
    servesWell: pairs[0]?.well[0]?.revision ?? null,
    evidence: [
      ...byPath(paths),
      ...pairs.flatMap(({ ill, never, well }) => [
        ...well.map((each) =>
          evidence(
            each,
            `${each.revision} answers well: ${each.passed} of ${each.passed + each.failed} requests passed, to ${clock(each.lastAt)}`,
          ),
        ),
        ...ill.map((each) =>
          evidence(
            each,
            `${each.revision} fails: ${each.failed} of ${each.passed + each.failed} requests failed, from ${clock(each.firstFailedAt ?? each.firstAt)}`,
          ),
        ),
        ...never.map((revision) => ({
          source: 'capture: status reports',
          at: null,
          text: `${revision} never served a request in this capture`,
        })),
      ]),
    ],
  };
}

/** Whether one revision alone is met, and every path of it that fails was also answered well. */
export function samePathsPass({ course, paths }: Capture, service: string): boolean {
  const own = course.find((each) => each.service === service);
  const failing = paths.filter((each) => each.service === service && each.failed > 0);
  return own?.revisions.length === 1 && failing.length > 0 && failing.every(({ passed }) => passed >= ENOUGH);
}

/** So many requests to other paths show that only this one fails. */
const OTHERS = 20;

/** One path that holds nearly all failures, where the others of its service pass. */
function byPath(paths: readonly PathCourse[]): readonly Evidence[] {
  return [...Map.groupBy(paths, ({ service }) => service).values()].flatMap((own) => {
    const all = own.reduce((sum, { failed }) => sum + failed, 0);
    const [worst] = own.toSorted((a, b) => b.failed - a.failed);
    const others = own.filter((each) => each !== worst);
    const passed = others.reduce((sum, each) => sum + each.passed, 0);
    if (worst === undefined || worst.failed < ENOUGH || all - worst.failed > 0.01 * passed || passed < OTHERS) return [];
    const text = `only ${worst.path} fails: ${worst.failed} of ${worst.passed + worst.failed} requests to it; ${passed} of ${passed + all - worst.failed} to other paths passed`;
    return [{ source: 'capture: request log', at: null, text }];
  });
}

function evidence({ lastAt }: RevisionCourse, text: string): Evidence {
  return { source: 'capture: request log', at: lastAt, text };
}

/** "over since T: N requests passed", where so many passed after the last failure that chance does not explain it; else null. */
export function overSince({ course }: Capture): string | null {
  const ill = course.filter(({ after }) => after !== null);
  const ended = ill.map(({ after, revisions }) => {
    const failed = revisions.reduce((sum, each) => sum + each.failed, 0);
    const passed = revisions.reduce((sum, each) => sum + each.passed, 0);
    const before = failed + passed - (after?.passed ?? 0);
    const byChance = (1 - failed / Math.max(1, before)) ** (after?.passed ?? 0);
    return after !== null && after.passed >= ENOUGH && byChance < BY_CHANCE && after.lastAt - after.since >= MINUTE ? after : null;
  });
  if (ended.length === 0 || ended.some((after) => after === null)) return null;
  const since = Math.max(...ended.map((after) => after?.since ?? 0));
  return `over since ${clock(since)}: ${ended.reduce((sum, after) => sum + (after?.passed ?? 0), 0)} requests passed after the last failure`;
}

/** Sizes at which exports are cut off: by the tool’s own limit, or by a round number that somebody asked for. */
const CUT_AT = new Set([50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]);

/** Why the export seems to be cut off, so that it proves no rate and no beginning; null where it does not. */
export function cutOff({ entries, severities }: Capture): string | null {
  if (CUT_AT.has(entries)) return `it holds exactly ${entries} entries, as exports with a limit do`;
  const counts = Object.values(severities).filter((count) => count >= 20);
  const same = counts.find((count, index) => counts.indexOf(count) !== index && CUT_AT.has(count));
  return same === undefined ? null : `several severities have exactly ${same} entries each, as exports with a limit do`;
}

function clock(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
