import type { Verb } from '../deps.ts';
import { waitOption, withCommon, withSelection } from '../options.ts';
import { oneLine, sendCommand } from '../runs/send-command.ts';
import type { SendCommandOptions } from '../runs/send-command.ts';

/** `abort`: the run ends without another change; what was changed stays. */
export const abort: Verb = (program, deps) => {
  withCommon(withSelection(program.command('abort'), deps))
    .description('end the run: a write already sent may finish, nothing else is begun, nothing is undone')
    .option('--reason <text>', 'why, for the journal and the report')
    .addOption(waitOption())
    .addHelpText('after', '\nExample:\n  firebreak abort --reason "fixed by hand" --wait 60')
    .action(async (options: SendCommandOptions & { readonly reason?: string }) => {
      const event = { type: 'ABORT', by: deps.user, reason: oneLine(options.reason, 'no reason given') };
      await sendCommand({ event, refuse: () => null }, options, deps);
    });
};
