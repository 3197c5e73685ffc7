import { Option } from 'commander';
import { SIGN_OFF } from '../../core/sign-off.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { EXIT, exitOfSignal } from '../process/exit.ts';
import { findRun } from '../runs/find-run.ts';
import type { FoundRun } from '../runs/find-run.ts';
import { interruptible } from '../process/interrupts.ts';
import { waitOption, withCommon, withSelection } from '../options.ts';
import { printResult } from '../process/output.ts';
import { outcomeOf, timeOfRun } from '../runs/select-run.ts';
import { oneLine } from '../runs/send-command.ts';
import type { SendCommandOptions } from '../runs/send-command.ts';
import { awaitReceipt } from '../runs/command-receipt.ts';

interface SignOptions extends SendCommandOptions {
  readonly by: string;
  readonly decision: 'accepted' | 'rejected';
  readonly note: string;
}

/** Long enough that a run at work has looked into its inbox several times. */
const WAIT_SECONDS = 30;

/** `sign-off`: a person accepts or rejects what a run has left; kept in the run's own journal, also when it has ended. */
export const signOff: Verb = (program, deps) => {
  withCommon(withSelection(program.command('sign-off').argument('[run]', 'a run, a target or a rehearsal (default: the newest)'), deps))
    .description('sign a run, accepted or rejected: kept in its journal, before its end and after; changes nothing else')
    .requiredOption('--by <name>', 'who signs; nobody checks it')
    .addOption(new Option('--decision <decision>', 'what is decided').choices(['accepted', 'rejected']).makeOptionMandatory())
    .requiredOption('--note <text>', 'what was checked, or what is missing')
    .addOption(waitOption())
    .addHelpText('after', EXAMPLES)
    .action((run: string | undefined, options: SignOptions) => act(run, options, deps));
};

const EXAMPLES = `
Example:
  firebreak sign-off issue-1278 --by "Ann Example" --decision accepted --note "all criteria of the handoff met at 22:10"

\`firebreak report --format handoff\` shows who has signed. A run at work takes it into its journal itself; it is waited for
${WAIT_SECONDS} s, or as --wait says. Exit code 75: not taken yet; it stays for the run.`;

async function act(named: string | undefined, options: SignOptions, deps: VerbDeps): Promise<void> {
  const run = await findRun(named, options, deps);
  const name = oneLine(options.by, 'nobody');
  const event = { type: SIGN_OFF, by: deps.user, name, decision: options.decision, note: oneLine(options.note, 'no note') };
  const isEarlier = run.record === null && run.status === null;
  const hasEnded = isEarlier || outcomeOf(run) !== null;
  const { now } = run.rehearsal === null && !hasEnded ? await timeOfRun(options, run, deps) : { now: null };
  const at = now ?? deps.clock.now();
  const words = `${run.runId}: ${options.decision} by ${name}`;
  if (hasEnded) await intoJournal(run, event, at);
  const kept = hasEnded ? 'journal' : await throughInbox(run, event, { at, options, deps });
  const result = { target: run.target, runId: run.runId, signOff: event, kept };
  const said = {
    journal: 'kept in its journal',
    refused: 'NOT taken: this run is of a version that takes no signature',
    inbox: 'left for the run, which has not taken it yet',
  };
  printResult(deps.stdout, options.json === true, result, [`${words}: ${said[kept]}`]);
  if (kept === 'inbox') deps.finish(EXIT.tryAgain);
  if (kept === 'refused') deps.finish(EXIT.usage);
}

type Event = { readonly type: string } & Readonly<Record<string, unknown>>;

async function intoJournal({ store, runId, record }: FoundRun, { type, ...data }: Event, at: number): Promise<void> {
  const { noteAfterEnd } = await import('../../durable/after-end.ts');
  await noteAfterEnd(store, runId, record, { at, kind: 'command', event: type, data });
}

/** The journal of a run at work is its own to write: it is asked to, as with every order. One that ends meanwhile is written then. */
async function throughInbox(
  run: FoundRun,
  event: Event,
  { at, options, deps }: { readonly at: number; readonly options: SignOptions; readonly deps: VerbDeps },
): Promise<'journal' | 'refused' | 'inbox'> {
  const command = { id: deps.newId(), at, by: deps.user, event };
  await run.store.sendCommand(command);
  const words = { stopping: 'no longer waiting; the signature stays', resume: null };
  const wait = options.wait ?? WAIT_SECONDS;
  const { value, stoppedBy } = await interruptible(deps, words, (signal) =>
    awaitReceipt(run.store, command.id, { seconds: wait, pick: deps, signal }),
  );
  if (stoppedBy !== null) deps.finish(exitOfSignal(stoppedBy));
  if (value?.kind === 'ended') {
    await run.store.removeCommand(command.id);
    await intoJournal({ ...run, record: await run.store.load() }, event, at);
    return 'journal';
  }
  if (value?.kind === 'refused') return 'refused';
  return value?.kind === 'taken' ? 'journal' : 'inbox';
}
