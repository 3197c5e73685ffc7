import type { Verb } from './deps.ts';
import { waitOption, withCommon, withSelection } from './options.ts';
import { isIn, steer } from './steer.ts';
import type { SteerOptions } from './steer.ts';

/** `adopt`: a change that was not ours is right; go on from there. */
export const adopt: Verb = (program, deps) => {
  withCommon(withSelection(program.command('adopt'), deps))
    .description(
      'accept the change that somebody else made, and plan again from there; what they changed is not changed again without a yes',
    )
    .addOption(waitOption())
    .addHelpText('after', '\nExample:\n  firebreak why        # shows the change that holds the run\n  firebreak adopt --wait 30')
    .action(async (options: SteerOptions) => {
      const refuse = (status: Parameters<typeof isIn>[0] | null) =>
        status !== null && !isIn(status, 'held')
          ? { what: 'no change of somebody else holds the run, so there is nothing to adopt', fix: '`firebreak why` says what it is doing' }
          : null;
      await steer({ event: { type: 'ADOPT', by: deps.user }, refuse }, options, deps);
    });
};
