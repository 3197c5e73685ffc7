import { defined } from '../core/defined.ts';
import { UserError } from '../core/errors.ts';
import type { Command, RunRecord } from '../ports/store.ts';
import type { Unfit } from './record.ts';
import { advance, begin } from './interpret.ts';
import type { MachineStep } from './interpret.ts';
import type { RunOptions } from './run-options.ts';
import { isAway } from './missed-time.ts';

type Options = Pick<RunOptions, 'machine' | 'program' | 'away' | 'takeOver'>;

/**
 * The steps with which a run begins anew whose record this machine cannot go on from: its first state, with what the run has done,
 * and what it had been told. Throws `UserError` `spec-changed` or `machine-changed` when it cannot be taken over; nothing has
 * happened then. Pure.
 */
export function begunAnew(
  loaded: RunRecord,
  unfit: Unfit,
  {
    orders,
    options: { machine, program, away, takeOver },
    at,
  }: { readonly orders: readonly Command[]; readonly options: Options; readonly at: number },
): readonly MachineStep[] {
  const types = orders.map(({ event }) => event.type);
  const taken = loaded.ended === null ? takeOver?.(loaded, unfit.because, types) : null;
  if (taken == null) throw refusal(loaded, unfit, program);
  const awayMs = at - loaded.savedAt;
  const passed = away !== undefined && isAway(awayMs) ? [{ type: 'TIME.AWAY', awayMs }] : [];
  const steps = [begin(machine, taken.input)];
  for (const event of [...passed, ...taken.said]) steps.push(advance(machine, defined(steps.at(-1)).snapshot, { ...event, at }));
  return steps;
}

const BY_THE_RECORD =
  'say `firebreak rollback` (traffic goes back to where it was) or `firebreak abort` (everything stays as it is), and then ' +
  '`firebreak run`: both need no more than what the record says of its changes';

/** The refusal to go on with a run, and the ways that are open. `program`: who refuses. */
function refusal({ runId, program: saver }: RunRecord, { because, missing }: Unfit, program: string | undefined): UserError {
  const why = missing.join('; ');
  if (because === 'document')
    return new UserError('spec-changed', `run ${runId}: ${why}`, `resume it with the document it was started with; or ${BY_THE_RECORD}`);
  const theirs = saver === undefined ? 'an earlier firebreak, which noted no version' : `firebreak ${saver}`;
  const ours = program === undefined ? 'this one' : `this is firebreak ${program}, which`;
  return new UserError(
    'machine-changed',
    `run ${runId} was saved by ${theirs}; ${ours} cannot go on where it stands: ${why}`,
    `finish it with the version that saved it; or ${BY_THE_RECORD}`,
  );
}
