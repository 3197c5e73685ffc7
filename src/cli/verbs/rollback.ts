import type { RunStatus } from '../../ports/store.ts';
import type { Verb } from '../deps.ts';
import { waitOption, withCommon, withSelection } from '../options.ts';
import { oneLine, steer } from '../steer.ts';
import type { Refusal, SteerOptions } from '../steer.ts';

/** `rollback`: all traffic goes back to where it was before the run, newest change first, and is watched for a while. */
export const rollback: Verb = (program, deps) => {
  withCommon(withSelection(program.command('rollback'), deps))
    .description('put all traffic back as it was before the run, newest change first, verified; says first what that is and what stays')
    .option('--reason <text>', 'why, for the journal and the report')
    .addOption(waitOption())
    .addHelpText('after', '\nExample:\n  firebreak rollback --reason "worse than before" --wait 30')
    .action(async (options: SteerOptions & { readonly reason?: string }) => {
      const event = { type: 'ROLLBACK', by: deps.user, reason: oneLine(options.reason, 'no reason given') };
      await steer({ event, refuse: nothingToPutBack, notice: whatWillBe }, options, deps);
    });
};

function nothingToPutBack(status: RunStatus | null): Refusal | null {
  if (status === null) return null;
  const { changes = [], rollback } = status;
  if (changes.length > 0 && (rollback === undefined || rollback.back.length > 0)) return null;
  const stays = [...leftWords(status), ...oneWayWords(status)];
  const what =
    changes.length === 0
      ? 'the run has changed nothing, so nothing can be put back'
      : `nothing can be put back: ${stays.join('; ') || 'no traffic was moved'}`;
  return { what, fix: '`firebreak abort` ends the run with everything as it is now' };
}

/** Service by service, as the run would do it at this moment. */
function whatWillBe(status: RunStatus | null): readonly string[] {
  if (status === null) return [];
  return [
    ...(status.rollback?.back ?? []).map(({ service, traffic }) => `will be put back: ${service} to ${traffic}`),
    ...leftWords(status).map((words) => `stays as it is: ${words}`),
    ...oneWayWords(status).map((title) => `cannot be undone: ${title}`),
  ];
}

function leftWords({ rollback }: RunStatus): readonly string[] {
  return (rollback?.left ?? []).map(({ service, why }) => `${service}: ${why}`);
}

function oneWayWords({ changes = [] }: RunStatus): readonly string[] {
  return changes.filter(({ irreversible }) => irreversible).map(({ title }) => title);
}
