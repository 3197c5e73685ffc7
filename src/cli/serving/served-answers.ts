import { UserError } from '../../core/errors.ts';
import type { Command } from '../../ports/store.ts';
import { tooLate } from '../../report/answer-validity.ts';
import type { Answers, Became, Given } from '../../server/answering.ts';
import type { VerbDeps } from '../deps.ts';
import { keptIn } from '../runs/find-run.ts';
import { keptReport } from '../reports/kept-report.ts';
import { approval, holding, rejection, resumption } from '../runs/operator-commands.ts';
import { isDriven, outcomeOf, timeOfRun } from '../runs/select-run.ts';
import type { SelectedRun } from '../runs/select-run.ts';
import { leave, oneLine, refuse, said } from '../runs/send-command.ts';
import type { OperatorCommand } from '../runs/send-command.ts';
import { awaitReceipt } from '../runs/command-receipt.ts';

type Deps = Pick<VerbDeps, 'readFile' | 'openStore' | 'listTargets' | 'lastWrittenAt' | 'clock' | 'followClock'>;

/** So long an answer waits for the run to take it: longer than a run looks away from its inbox, shorter than people wait for a page. */
const WAIT_S = 20;

/** Answers that come by the page, left for the runs of a state as the verbs leave theirs. A rehearsal takes none: its time has gone by. */
export function servedAnswers(state: string, deps: Deps): Answers {
  const find = async (runId: string): Promise<SelectedRun | null> => {
    const kept = await keptIn({ state }, deps);
    return kept.find(({ rehearsal, record, status }) => rehearsal === null && (record?.runId ?? status?.runId) === runId) ?? null;
  };
  return {
    async give(given, signal) {
      const run = await find(given.runId);
      if (run === null) return { kind: 'unknown', words: ['No run of this id is at work: nothing was answered.'] };
      if (await isLeft(run, given.id)) return became(run, given, { seconds: 0, deps, signal });
      const order = await orderOf(given, run);
      const fault = (await lateFor(given, run)) ?? senseless(order, run);
      if (fault !== null) return fault;
      const { now } = await timeOfRun({}, run, deps);
      await leave(order, run, { id: given.id, at: now ?? deps.clock.now(), by: given.by });
      if (given.kind === 'resume') for (const { id } of await standingIn(run)) await run.store.removeCommand(id);
      return became(run, given, { seconds: WAIT_S, deps, signal });
    },
    async became(runId, id) {
      const run = await find(runId);
      if (run === null || !(await isLeft(run, id))) return null;
      return became(run, { id, kind: null }, { seconds: 0, deps, signal: new AbortController().signal });
    },
  };
}

/** In the inbox, or taken out of it. The inbox first: what is taken between the two reads is then in the record. */
async function isLeft({ store }: SelectedRun, id: string): Promise<boolean> {
  if ((await store.readCommands()).some((command) => command.id === id)) return true;
  return (await store.load())?.commandsTaken.includes(id) === true;
}

async function orderOf({ kind, by, reason }: Given, run: SelectedRun): Promise<OperatorCommand> {
  const why = oneLine(reason, 'no reason given');
  if (kind === 'approve') return approval(by);
  if (kind === 'reject') return rejection(by, why);
  if (kind === 'hold') return holding(by, why);
  return resumption(by, (await standingIn(run)).length > 0);
}

async function standingIn({ store }: SelectedRun): Promise<readonly Command[]> {
  const { isStanding } = await import('../../durable/inbox.ts');
  return (await store.readCommands()).filter(isStanding);
}

/** The question that was looked at is not the one that waits. */
async function lateFor({ kind, about, runId }: Given, run: SelectedRun): Promise<Became | null> {
  if (kind === 'hold' || kind === 'resume') return null;
  return tooLate(run.status?.asks, about, (await keptReport(run.store, runId)).report);
}

function senseless(order: OperatorCommand, run: SelectedRun): Became | null {
  try {
    refuse(order, run);
    return null;
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    return {
      kind: outcomeOf(run) === null ? 'senseless' : 'ended',
      words: [`Nothing was left for the run: ${thrown.message}.`, thrown.fix],
    };
  }
}

/** What the run made of it, waited for at most so many seconds. */
async function became(
  run: SelectedRun,
  { id, kind }: Pick<Given, 'id'> & { readonly kind: Given['kind'] | null },
  { seconds, deps, signal }: { readonly seconds: number; readonly deps: Deps; readonly signal: AbortSignal },
): Promise<Became> {
  const taking = await awaitReceipt(run.store, id, { seconds, pick: deps, signal });
  const [status, lease, record] = await Promise.all([run.store.readStatus(), run.store.readLease(), run.store.load()]);
  const after = { ...run, status, lease, record };
  const driven = isDriven(after, (await timeOfRun({}, after, deps)).now);
  const words = said((kind ?? 'answer').toUpperCase(), after, { taking, driven, wait: seconds === 0 ? undefined : seconds }).split('\n');
  return { kind: taking.kind === 'waiting' ? 'saved' : taking.kind, words };
}
