import type { Command } from '../../ports/store.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { isIdle } from './hold.ts';
import { waitOption, withCommon, withSelection } from '../options.ts';
import { resumption } from '../runs/operator-commands.ts';
import { printResult } from '../process/output.ts';
import { selectTarget } from '../runs/select-run.ts';
import type { SelectedRun } from '../runs/select-run.ts';
import { sendCommand } from '../runs/send-command.ts';
import type { SendCommandOptions } from '../runs/send-command.ts';

/** `resume`: a held run goes on; a hold that stands for the target is taken back. */
export const resume: Verb = (program, deps) => {
  withCommon(withSelection(program.command('resume'), deps))
    .description(
      'let a held run go on, and take back a hold that stands; after a change by somebody else, on the plan as it is if it still fits',
    )
    .addOption(waitOption())
    .addHelpText('after', '\nExample:\n  firebreak resume --wait 30')
    .action(async (options: SendCommandOptions) => {
      const [meant, { isStanding }] = await Promise.all([selectTarget(options, deps), import('../../durable/inbox.ts')]);
      const standing = (await meant.store.readCommands()).filter(isStanding);
      if (isIdle(meant) && standing.length > 0) return takeBack(meant, standing, options, deps);
      await sendCommand(resumption(deps.user, standing.length > 0), options, deps);
      for (const { id } of standing) await meant.store.removeCommand(id);
    });
};

async function takeBack(
  { target, store }: SelectedRun,
  standing: readonly Command[],
  options: SendCommandOptions,
  deps: VerbDeps,
): Promise<void> {
  for (const { id } of standing) await store.removeCommand(id);
  const by = [...new Set(standing.map((command) => command.by))].join(', ');
  printResult(deps.stdout, options.json === true, { target, takenBack: standing.length }, [
    `the hold of ${by} for ${target} is taken back`,
  ]);
}
