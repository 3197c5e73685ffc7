import type { Verb } from '../deps.ts';
import { printable } from '../exit.ts';
import { withCommon, withSelection } from '../options.ts';
import type { CommonOptions, SelectOptions } from '../options.ts';
import { painter, printResult } from '../output.ts';
import { isDriven, outcomeOf, selectRun, timeOfRun } from '../select-run.ts';
import { exitOfRun, statusLines } from '../status-text.ts';

/** `status`: where a run is, what it waits for, who drives it. */
export const status: Verb = (program, deps) => {
  withCommon(withSelection(program.command('status'), deps))
    .description('where a run is, what it waits for, who drives it')
    .option('--exit-code', 'exit as the run has ended (0, 1, 2, 3, 4), or with 3 when it waits for a human')
    .addHelpText('after', '\nExamples:\n  firebreak status\n  firebreak status --state gs://my-bucket/firebreak --target issue-1278 --json')
    .action(async (options: CommonOptions & SelectOptions & { readonly exitCode?: boolean }) => {
      const run = await selectRun(options, deps);
      const time = await timeOfRun(options, run, deps);
      const commands = await run.store.readCommands();
      const lease =
        run.lease === null
          ? null
          : { owner: run.lease.owner.described, epoch: run.lease.epoch, expiresAt: new Date(run.lease.expiresAt).toISOString() };
      const result = {
        target: run.target,
        outcome: outcomeOf(run),
        driven: isDriven(run, time.now),
        now: time.now === null ? null : new Date(time.now).toISOString(),
        clock: time.clock ?? null,
        lease,
        status: run.status,
        waitingCommands: commands,
      };
      const waiting = commands.map(({ by, event }) => printable(`order:   ${event.type} by ${by} (claimed) waits to be taken`));
      printResult(deps.stdout, options.json === true, result, [...statusLines(run, time, painter(deps.stdout, deps.env)), ...waiting]);
      if (options.exitCode === true) deps.finish(exitOfRun(run));
    });
};
