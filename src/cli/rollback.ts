import type { RunStatus } from '../ports/store.ts';
import type { Verb } from './deps.ts';
import { waitOption, withCommon, withSelection } from './options.ts';
import { oneLine, steer } from './steer.ts';
import type { SteerOptions } from './steer.ts';

/** `rollback`: all traffic goes back to where it was before the run, newest change first, and is watched for a while. */
export const rollback: Verb = (program, deps) => {
  withCommon(withSelection(program.command('rollback'), deps))
    .description('put all traffic back as it was before the run, newest change first, verified; says first what cannot be undone')
    .option('--reason <text>', 'why, for the journal and the report')
    .addOption(waitOption())
    .addHelpText('after', '\nExample:\n  firebreak rollback --reason "worse than before" --wait 30')
    .action(async (options: SteerOptions & { readonly reason?: string }) => {
      const event = { type: 'ROLLBACK', by: deps.user, reason: oneLine(options.reason, 'no reason given') };
      await steer({ event, refuse: nothingToPutBack, notice: whatWillBe }, options, deps);
    });
};

function nothingToPutBack(status: RunStatus | null): { readonly what: string; readonly fix: string } | null {
  const changes = status?.changes ?? [];
  if (changes.some(({ irreversible }) => !irreversible)) return null;
  const what =
    changes.length === 0 ? 'the run has changed nothing, so nothing can be put back' : `nothing can be put back: ${oneWay(changes)}`;
  return { what, fix: '`firebreak abort` ends the run with everything as it is now' };
}

function whatWillBe(status: RunStatus | null): readonly string[] {
  const changes = status?.changes ?? [];
  const back = changes.filter(({ irreversible, undo }) => !irreversible && undo !== '').toReversed();
  return [
    ...back.map(({ title }) => `will be put back: ${title}`),
    ...(changes.some(({ irreversible }) => irreversible) ? [`cannot be undone: ${oneWay(changes)}`] : []),
  ];
}

function oneWay(changes: NonNullable<RunStatus['changes']>): string {
  return changes
    .filter(({ irreversible }) => irreversible)
    .map(({ title }) => title)
    .join('; ');
}
