import type { Asked, Command, RunStatus } from '../../ports/store.ts';
import { shortHash } from '../status/question-text.ts';
import { isHeld, oneLine, refuses } from './send-command.ts';
import type { OperatorCommand, Refusal } from './send-command.ts';

/** The orders that a person leaves from a shell and from the page alike: their words, and when they make no sense. */

/** A yes to what is asked; `looked`: the plan that was looked at, or its beginning. */
export function approval(by: string, looked?: string): OperatorCommand {
  return {
    event: (status): Command['event'] => ({
      type: 'APPROVE',
      by,
      ...(status?.asks?.plan == null ? {} : { plan: looked ?? status.asks.plan }),
    }),
    refuse: (status) => notAsking(status, true) ?? otherPlan(status, looked),
  };
}

/** A no: the run ends with nothing more changed. */
export function rejection(by: string, reason: string | undefined, looked?: string): OperatorCommand {
  return {
    event: { type: 'REJECT', by, reason: oneLine(reason, 'no reason given') },
    refuse: (status) => notAsking(status, false) ?? otherPlan(status, looked),
  };
}

/** No write until a human lets the run go on. */
export function holding(by: string, reason: string | undefined): OperatorCommand {
  return {
    event: { type: 'HOLD', by, reason: oneLine(reason, 'no reason given') },
    refuse: (status) =>
      status !== null && isHeld(status)
        ? { what: 'the run is already held', fix: '`firebreak resume` lets it go on, `firebreak why` says why it is held' }
        : null,
  };
}

/** A held run goes on. `isStanding`: a hold stands for the target, which can be taken back in any state. */
export function resumption(by: string, isStanding: boolean): OperatorCommand {
  return {
    event: { type: 'RESUME', by },
    refuse: (status) =>
      refuses(status, 'RESUME') && !isStanding
        ? {
            what: 'the run is not held, so there is nothing to resume',
            fix: '`firebreak why` says what it is doing; after a stop, `firebreak run` goes on with it',
          }
        : null,
  };
}

/** What is asked about is another plan than the one that was looked at; null: it is that one, or none was named. */
export function otherPlan(status: RunStatus | null, looked: string | undefined): Refusal | null {
  const waits: Asked['plan'] = status?.asks?.plan ?? null;
  if (looked === undefined || (waits !== null && waits.startsWith(looked))) return null;
  return {
    what: `plan ${shortHash(looked)} is not what is asked about${waits === null ? '' : ': another one waits, made on a newer look'}`,
    fix: 'look again: `firebreak why` shows what is asked now',
  };
}

function notAsking(status: RunStatus | null, isYes: boolean): Refusal | null {
  if (status === null || refuses(status, 'APPROVE'))
    return { what: 'the run asks nothing now, so there is nothing to answer', fix: '`firebreak why` says what it is doing' };
  if (isYes && status.asks?.yes === null)
    return {
      what: 'a yes answers nothing here: the run would ask the same again',
      fix: '`firebreak why` shows what answers it',
    };
  if (!isYes || status.asks?.about !== 'change') return null;
  return {
    what: 'a change by somebody else holds the run, and must be decided first: the plan may be another one afterwards',
    fix: '`firebreak why` shows the change; adopt, resume or abort',
  };
}
