import type { Verb } from './deps.ts';
import { waitOption, withCommon, withSelection } from './options.ts';
import { isIn, steer } from './steer.ts';
import type { SteerOptions } from './steer.ts';

/** `resume`: a held run goes on. */
export const resume: Verb = (program, deps) => {
  withCommon(withSelection(program.command('resume'), deps))
    .description('let a held run go on')
    .addOption(waitOption())
    .addHelpText('after', '\nExample:\n  firebreak resume --wait 30')
    .action(async (options: SteerOptions) => {
      const refuse = (status: Parameters<typeof isIn>[0] | null) =>
        status !== null && !isIn(status, 'held')
          ? {
              what: 'the run is not held, so there is nothing to resume',
              fix: '`firebreak why` says what it is doing; after a stop, `firebreak run` goes on with it',
            }
          : null;
      await steer({ event: { type: 'RESUME', by: deps.user }, refuse }, options, deps);
    });
};
