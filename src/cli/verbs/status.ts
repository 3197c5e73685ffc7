import { defined } from '../../core/defined.ts';
import { Option } from 'commander';
import { UserError } from '../../core/errors.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { exitOfSignal, printable } from '../process/exit.ts';
import { headlineLines, headlineOf } from '../progress/headline.ts';
import type { Shown } from '../progress/headline.ts';
import { interruptible } from '../process/interrupts.ts';
import { onStage } from '../live/stage.ts';
import { withCommon, withSelection } from '../options.ts';
import type { CommonOptions, SelectOptions } from '../options.ts';
import { painter, printResult, widthOf } from '../process/output.ts';
import { isDriven, outcomeOf, selectRun, timeOfRun } from '../runs/select-run.ts';
import { standingOf } from '../status/standing-text.ts';
import { tableLines } from '../status/status-table.ts';
import { exitOfRun, statusLines } from '../status/status-text.ts';
import { watch } from '../status/watch-status.ts';
import type { View } from '../status/watch-status.ts';

interface StatusOptions extends CommonOptions, SelectOptions {
  readonly exitCode?: boolean;
  readonly details?: boolean;
  readonly watch?: boolean;
}

/** `status`: how a run stands, what it waits for and whom it needs; of several runs, one line each. */
export const status: Verb = (program, deps) => {
  withCommon(withSelection(program.command('status'), deps))
    .description('how the run stands, until when, and whom it needs; of several runs, one line each')
    .option('--details', 'all that the run shows of itself, with the open question whole')
    .addOption(new Option('-w, --watch', 'show it again every few seconds until the run has ended, or Ctrl-C').conflicts('json'))
    .option('--exit-code', 'exit as the run has ended (0, 1, 2, 3, 4), or with 3 when it waits for a human')
    .addHelpText('after', EXAMPLES)
    .action((options: StatusOptions) => act(options, deps));
};

const EXAMPLES = `
It begins with one of these words:
  WORKING    a process drives the run: until when, and what follows
  NEEDS YOU  it asks, or it is held: the commands that answer
  STOPPED    no process drives it, so nothing happens: how it goes on
  ENDED      how, and when
  NOT KNOWN  its clock, or the store, does not answer

Examples:
  firebreak status
  firebreak status --watch
  firebreak status --state gs://my-bucket/firebreak --target issue-1278 --json`;

async function act(options: StatusOptions, deps: VerbDeps): Promise<void> {
  if (options.watch === true) return watchRuns(options, onStage(deps, false));
  const all = await shownRuns(options, deps);
  const [only, ...others] = all;
  const isOne = others.length === 0;
  printResult(
    deps.stdout,
    options.json === true,
    isOne ? resultOf(defined(only)) : { runs: all.map(resultOf) },
    options.details === true ? detailsOf(all, deps) : linesOf(all, options, deps),
  );
  if (options.exitCode === true) deps.finish(exitOfRun(defined(only).run));
}

async function watchRuns(options: StatusOptions, deps: VerbDeps): Promise<void> {
  let last: readonly Shown[] = [];
  const { createPicture } = await import('../live/kept-picture.ts');
  const picture = createPicture(deps);
  const look = async (): Promise<View> => {
    last = await shownRuns(options, deps);
    const [only, ...others] = last;
    const view = viewOf(last, options, deps);
    return others.length > 0 ? view : { ...view, lines: [...view.lines, ...(await picture(defined(only)))] };
  };
  const words = { stopping: 'ending the watch', resume: null };
  const { stoppedBy } = await interruptible(deps, words, (signal) => watch(look, deps, signal));
  if (stoppedBy !== null) deps.finish(exitOfSignal(stoppedBy));
  else if (options.exitCode === true) deps.finish(exitOfRun(defined(last[0]).run));
}

/** The run that is meant, or where none is named, all of the store. An exit code can be that of one run only. */
async function shownRuns(options: StatusOptions, deps: VerbDeps): Promise<readonly Shown[]> {
  const isNamed = options.target !== undefined || options.file !== undefined || options.exitCode === true;
  const known = isNamed ? [] : await deps.listTargets(options.state, options);
  if (known.length < 2) return [await shownOf(options, deps)];
  const all = await Promise.all(known.map((target) => shownOf({ ...options, target }, deps).catch(withoutRun)));
  const found = all.filter((shown) => shown !== null);
  return found.length > 0 ? found : [await shownOf(options, deps)];
}

/** An order may have been left for a target whose first run is to come. */
function withoutRun(error: unknown): null {
  if (error instanceof UserError && error.code === 'run-missing') return null;
  throw error;
}

async function shownOf(options: StatusOptions, deps: VerbDeps): Promise<Shown> {
  const run = await selectRun(options, deps);
  const time = await timeOfRun(options, run, deps);
  return { run, time, commands: await run.store.readCommands() };
}

function resultOf({ run, time, commands }: Shown): object {
  const { lease } = run;
  return {
    target: run.target,
    outcome: outcomeOf(run),
    driven: isDriven(run, time.now),
    now: time.now === null ? null : new Date(time.now).toISOString(),
    clock: time.clock ?? null,
    lease: lease === null ? null : { owner: lease.owner.described, epoch: lease.epoch, expiresAt: new Date(lease.expiresAt).toISOString() },
    status: run.status,
    waitingCommands: commands,
  };
}

function linesOf(all: readonly Shown[], options: StatusOptions, deps: VerbDeps, most?: number): readonly string[] {
  const paint = painter(deps.stdout, deps.env);
  const [only, ...others] = all;
  return others.length === 0
    ? headlineLines(defined(only), options, paint, widthOf(deps.stdout))
    : tableLines(all, paint, widthOf(deps.stdout), most);
}

function detailsOf(all: readonly Shown[], deps: VerbDeps): readonly string[] {
  const paint = painter(deps.stdout, deps.env);
  return all.flatMap(({ run, time, commands }, index) => [
    ...(index === 0 ? [] : ['']),
    ...statusLines(run, time, paint),
    ...commands.map(({ by, event }) => printable(`order:   ${event.type} by ${by} (claimed) waits to be taken`)),
  ]);
}

/** As many runs as a window of 24 lines has room for: what has left it at the top cannot be drawn again. */
const MOST_WATCHED = 20;

function viewOf(all: readonly Shown[], options: StatusOptions, deps: VerbDeps): View {
  const standings = all.map(({ run, time }) => standingOf(run, time.now));
  const short = all.map((shown) => {
    const { label, text } = headlineOf(shown);
    const at = shown.time.now === null ? '' : `${new Date(shown.time.now).toISOString().slice(11, 19)}Z  `;
    return printable(`${at}${shown.run.target}  ${label} ${text}`);
  });
  return {
    lines: options.details === true ? detailsOf(all, deps) : linesOf(all, options, deps, MOST_WATCHED),
    short,
    key: JSON.stringify(
      all.map(({ run: { status }, commands }, index) => [standings[index], status?.states, status?.asks, status?.waiting, commands.length]),
    ),
    isOver: standings.every((standing) => standing === 'ENDED'),
  };
}
