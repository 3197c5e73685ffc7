import { defined } from '../../core/defined.ts';
import { completed } from '../../core/commands.ts';
import type { Place } from '../../core/commands.ts';
import type { JournalLine, RunStatus, RunStore } from '../../ports/store.ts';
import { outermostPhase, railOf } from '../../../machines/incident/people/rail.ts';
import type { Runs, ShownRun, ToldRun } from '../../server/runs.ts';
import type { VerbDeps } from '../deps.ts';
import { printable } from '../process/exit.ts';
import { keptIn } from '../runs/find-run.ts';
import type { Kept } from '../runs/find-run.ts';
import { keptReport, withPending } from '../reports/kept-report.ts';
import { isDriven, outcomeOf, timeOfRun } from '../runs/select-run.ts';
import type { RunTime } from '../runs/select-run.ts';
import { statusLines } from '../status/status-text.ts';
import { isHeld } from '../runs/send-command.ts';
import { placeIn } from '../place.ts';
import { answersTo } from '../status/question-text.ts';

type Deps = Pick<VerbDeps, 'readFile' | 'openStore' | 'listTargets' | 'lastWrittenAt' | 'clock' | 'followClock'>;

interface Found {
  readonly run: ShownRun;
  readonly kept: Kept;
  readonly time: RunTime;
}

/** The runs of a state and its rehearsals, as the live page shows them. An id is looked for among those that the store names, and nowhere else. */
export function servedRuns(state: string, deps: Deps): Runs {
  /** By id: whoever follows a journal need not look through the whole store each time. */
  const stores = new Map<string, RunStore>();
  const all = async (): Promise<readonly Found[]> => {
    const kept = await keptIn({ state }, deps);
    const found = (await Promise.all(kept.map((one) => foundIn(one, placeOf(one, state), deps)))).flat();
    for (const { run, kept: of } of found) if (!stores.has(run.runId)) stores.set(run.runId, of.store);
    return found;
  };
  const find = async (runId: string): Promise<Found | undefined> => (await all()).find(({ run }) => run.runId === runId);
  return {
    list: async () => (await all()).map(({ run }) => run),
    tell: async (runId) => {
      const found = await find(runId);
      return found === undefined ? null : told(found, state);
    },
    lines: async (runId) => {
      const store = stores.get(runId) ?? (await find(runId))?.kept.store;
      if (store === undefined) return null;
      const record = await store.load();
      return withPending(await store.readJournal(runId), record?.runId === runId ? record : null);
    },
  };
}

/** The newest run of a target, and those before it that are still remembered, newest first. */
async function foundIn(kept: Kept, place: Place, deps: Deps): Promise<readonly Found[]> {
  const { record, rehearsal, target } = kept;
  // The clock of a rehearsal has gone with it.
  const time = rehearsal === null && outcomeOf(kept) === null ? await timeOfRun({}, kept, deps) : NO_TIME;
  const earlier = (record?.history ?? []).toReversed().map(({ runId, startedAt, endedAt, outcome }): ShownRun => ({
    runId,
    target,
    rehearsal,
    standing: outcome,
    words: `ended: ${printable(outcome)}`,
    hasEnded: true,
    needsHuman: false,
    driven: false,
    isNewest: false,
    startedAt,
    lastWordAt: endedAt,
  }));
  return [newest(kept, place, time), ...earlier].map((run) => ({ run, kept, time }));
}

const NO_TIME: RunTime = { now: null, clock: undefined, note: null };

/** The commands about a run that are shown to whoever may have another state before them. */
function placeOf({ target, record, rehearsal }: Kept, state: string): Place {
  return placeIn({ state, ...(rehearsal === null ? { target } : {}) }, record);
}

function newest(kept: Kept, place: Place, time: RunTime): ShownRun {
  const { record, status, target, rehearsal } = kept;
  const outcome = outcomeOf(kept);
  const driven = outcome !== null ? false : rehearsal === null ? isDriven(kept, time.now) : null;
  const isOpen = outcome === null && rehearsal === null;
  const needsHuman = !isOpen ? false : status === null ? null : status.asks !== undefined || isHeld(status);
  const standing = outcome ?? (needsHuman === true ? 'needs-human' : driven === false ? 'stopped' : 'at-work');
  return {
    runId: record?.runId ?? defined(status).runId,
    target,
    rehearsal,
    standing,
    needsHuman,
    driven,
    words: outcome === null ? completed(wordsOf(status, { rehearsal, needsHuman, driven }), place) : `ended: ${printable(outcome)}`,
    hasEnded: outcome !== null,
    isNewest: true,
    startedAt: instant(status?.startedAt),
    lastWordAt: instant(status?.at) ?? record?.savedAt ?? null,
  };
}

function wordsOf(
  status: RunStatus | null,
  { rehearsal, needsHuman, driven }: Pick<ShownRun, 'rehearsal' | 'needsHuman' | 'driven'>,
): string {
  if (status === null) return 'saved, but it has not said anything yet';
  if (rehearsal !== null) return 'not ended: it is played now, or was broken off';
  const idle = driven === false ? 'nobody drives it now; `firebreak run` goes on with it' : null;
  if (needsHuman === true) return `${printable(status.asks?.question ?? status.whyNot)}${idle === null ? '' : ` (${idle})`}`;
  return idle === null ? `at work: ${printable(status.phase)}: ${printable(status.why)}` : `stopped: ${idle}`;
}

function answersIn({ status }: Kept, place: Place): ToldRun['answers'] {
  const answers = status === null || (status.asks === undefined && !isHeld(status)) ? [] : answersTo(status);
  return answers.map(({ way, order, does }) => ({ order, command: completed(way, place), does }));
}

/** The orders that nobody has taken yet. */
async function waitingIn({ store }: Kept): Promise<readonly string[]> {
  const commands = await store.readCommands();
  return commands.map(({ by, event }) => printable(`${event.type} by ${by} (claimed) waits to be taken by the run`));
}

/** The newest word of a run that goes on is its status: the journal tells what has happened. */
function railIn(lines: readonly JournalLine[], { status }: Kept, hasEnded: boolean): ToldRun['rail'] {
  const been = new Set(lines.flatMap(({ states }) => outermostPhase(states) ?? []));
  return railOf(been, hasEnded ? null : outermostPhase(status?.states ?? lines.at(-1)?.states ?? []));
}

async function told({ run, kept, time }: Found, state: string): Promise<ToldRun> {
  const isAtWork = !run.hasEnded && kept.status !== null;
  const { report, lines, signOffs } = await keptReport(kept.store, run.runId, kept.rehearsal ?? {});
  const isOpen = isAtWork && kept.rehearsal === null;
  const shown = { ...kept, store: { described: state } };
  const place = placeOf(kept, state);
  return {
    run,
    now: time.now,
    isRealTime: typeof time.clock !== 'string',
    place,
    rail: railIn(lines, kept, run.hasEnded),
    answers: isOpen ? answersIn(kept, place) : [],
    waiting: isOpen ? await waitingIn(kept) : [],
    told: { report, lines, signOffs, status: isAtWork ? kept.status : null, driven: run.hasEnded ? null : run.driven, state },
    status: isOpen ? statusLines(shown, time, (_style, text) => text).map((line) => completed(line, place)) : [],
  };
}

function instant(text: string | undefined): number | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : at;
}
