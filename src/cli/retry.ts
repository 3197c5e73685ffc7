import type { Verb } from './deps.ts';
import { waitOption, withCommon, withSelection } from './options.ts';
import { isIn, steer } from './steer.ts';
import type { SteerOptions } from './steer.ts';

/** Where something waits that can be tried again. */
const TRIED_AGAIN = ['awaitingOperator', 'pausing', 'validatingAgain', 'escalated'];

/** `retry`: what failed is tried again, now. */
export const retry: Verb = (program, deps) => {
  withCommon(withSelection(program.command('retry'), deps))
    .description('try again what failed or waits; with a support case open, the whole runbook once more')
    .addOption(waitOption())
    .addHelpText('after', '\nExamples:\n  firebreak why        # shows what failed\n  firebreak retry --wait 30')
    .action(async (options: SteerOptions) => {
      const refuse = (status: Parameters<typeof isIn>[0] | null) =>
        status !== null && !TRIED_AGAIN.some((state) => isIn(status, state))
          ? { what: 'nothing has failed or waits to be tried again', fix: '`firebreak why` says what it is doing' }
          : null;
      await steer({ event: { type: 'RETRY', by: deps.user }, refuse }, options, deps);
    });
};
