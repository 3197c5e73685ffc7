import type { RunStatus } from '../../ports/store.ts';
import type { Verb } from '../deps.ts';
import { waitOption, withCommon, withSelection } from '../options.ts';
import { refuses, sendCommand } from '../runs/send-command.ts';
import type { SendCommandOptions } from '../runs/send-command.ts';

/** `retry`: what failed is tried again, now. */
export const retry: Verb = (program, deps) => {
  withCommon(withSelection(program.command('retry'), deps))
    .description('try again what failed or waits; with a support case open, the whole runbook once more')
    .addOption(waitOption())
    .addHelpText('after', '\nExamples:\n  firebreak why        # shows what failed\n  firebreak retry --wait 30')
    .action(async (options: SendCommandOptions) => {
      const refuse = (status: RunStatus | null) =>
        refuses(status, 'RETRY')
          ? { what: 'nothing has failed or waits to be tried again', fix: '`firebreak why` says what it is doing' }
          : null;
      await sendCommand({ event: { type: 'RETRY', by: deps.user }, refuse }, options, deps);
    });
};
