import type { Verb } from './deps.ts';
import { waitOption, withCommon, withSelection } from './options.ts';
import { isIn, oneLine, steer } from './steer.ts';
import type { SteerOptions } from './steer.ts';

/** `hold`: no write until a human says go on. */
export const hold: Verb = (program, deps) => {
  withCommon(withSelection(program.command('hold'), deps))
    .description('stop writing until `resume`; looking and the escalation clock go on')
    .option('--reason <text>', 'why, for the journal and the report')
    .addOption(waitOption())
    .addHelpText(
      'after',
      '\nExamples:\n  firebreak hold --reason "I am looking at the connector" --wait 30\n  firebreak hold --target issue-1278',
    )
    .action(async (options: SteerOptions & { readonly reason?: string }) => {
      const event = { type: 'HOLD', by: deps.user, reason: oneLine(options.reason, 'no reason given') };
      const refuse = (status: Parameters<typeof isIn>[0] | null) =>
        status !== null && isIn(status, 'held')
          ? { what: 'the run is already held', fix: '`firebreak resume` lets it go on, `firebreak why` says why it is held' }
          : null;
      await steer({ event, refuse }, options, deps);
    });
};
