import type { Command, RunStatus } from '../ports/store.ts';
import type { Verb } from './deps.ts';
import { waitOption, withCommon, withSelection } from './options.ts';
import { isIn, oneLine, steer } from './steer.ts';
import type { SteerOptions } from './steer.ts';

/** `approve`: answers the run's open question with yes, or with no. */
export const approve: Verb = (program, deps) => {
  withCommon(withSelection(program.command('approve'), deps))
    .description('say yes to what the run asks, or no with --reject')
    .option('--reject', 'say no: the run ends with nothing more changed')
    .option('--reason <text>', 'why not, for the journal and the report')
    .addOption(waitOption())
    .addHelpText(
      'after',
      '\nExamples:\n  firebreak why        # shows what is asked\n  firebreak approve --wait 30\n  firebreak approve --reject --reason "wrong revision"',
    )
    .action(async (options: SteerOptions & { readonly reject?: boolean; readonly reason?: string }) => {
      const event = (status: RunStatus | null): Command['event'] =>
        options.reject === true
          ? { type: 'REJECT', by: deps.user, reason: oneLine(options.reason, 'no reason given') }
          : { type: 'APPROVE', by: deps.user, ...(status?.asks?.plan == null ? {} : { plan: status.asks.plan }) };
      await steer({ event, refuse: notAsking, notice: whatIsAsked }, options, deps);
    });
};

/** The answer counts for what is shown here: a plan made anew meanwhile is asked about again. */
function whatIsAsked(status: RunStatus | null): readonly string[] {
  const asks = status?.asks;
  if (asks === undefined) return [];
  return [`answers: ${asks.question}${asks.plan === null ? '' : ` (plan ${asks.plan.slice(0, 8)})`}`];
}

function notAsking(status: RunStatus | null): { readonly what: string; readonly fix: string } | null {
  if (status !== null && (isIn(status, 'awaitingApproval') || isIn(status, 'awaitingOperator'))) return null;
  return { what: 'the run asks nothing now, so there is nothing to answer', fix: '`firebreak why` says what it is doing' };
}
