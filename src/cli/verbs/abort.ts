import type { Verb } from '../deps.ts';
import { waitOption, withCommon, withSelection } from '../options.ts';
import { oneLine, steer } from '../steer.ts';
import type { SteerOptions } from '../steer.ts';

/** `abort`: the run ends without another change; what was changed stays. */
export const abort: Verb = (program, deps) => {
  withCommon(withSelection(program.command('abort'), deps))
    .description('end the run: a write already sent may finish, nothing else is begun, nothing is undone')
    .option('--reason <text>', 'why, for the journal and the report')
    .addOption(waitOption())
    .addHelpText('after', '\nExample:\n  firebreak abort --reason "fixed by hand" --wait 60')
    .action(async (options: SteerOptions & { readonly reason?: string }) => {
      const event = { type: 'ABORT', by: deps.user, reason: oneLine(options.reason, 'no reason given') };
      await steer({ event, refuse: () => null }, options, deps);
    });
};
