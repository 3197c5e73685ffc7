import type { UsersIll } from '../../../src/core/model/testimony.ts';
import { usersTellIll, usersWellAgain } from '../../../src/core/service/users-ill.ts';
import { nameIn } from '../../../src/steps/index.ts';
import type { Look } from '../activities.ts';
import type { IncidentContext } from '../context.ts';

/**
 * What users' requests have told of a service stands until they tell otherwise. At night nobody calls, and whoever did not see the
 * illness (a health path that knows nothing of it) cannot say that it is over. Pure.
 */

type Known = Readonly<Record<string, UsersIll>>;

/** One look decides nothing. */
const AGREED_LOOKS = 2;

export function usersIllAfter(before: Known, { at, testimony, served }: Pick<Look, 'at' | 'testimony' | 'served'>): Known {
  const told = Object.entries(testimony).flatMap(([service, { requests, probes }]): [string, UsersIll][] => {
    const known = before[service];
    if (!usersTellIll(requests)) return known === undefined || usersWellAgain(requests, known) ? [] : [[service, known]];
    const { samples, because, failed = samples } = requests;
    const windows = Object.entries(served[service] ?? {});
    const failing = windows.flatMap(([name, window]) => (window.failed + (window.turnedAway ?? 0) > 0 ? [name] : []));
    const now: UsersIll = {
      untilAt: requests.failedAt ?? (windows.length === 0 ? at : Math.max(...windows.map(([, { untilAt }]) => untilAt))),
      looks: (known?.looks ?? 0) + 1,
      probesIll: (known?.probesIll ?? 0) + (probes.word === 'ill' ? 1 : 0),
      failed,
      samples,
      because,
      revisions: [...new Set([...(known?.revisions ?? []), ...failing])],
    };
    return [[service, now]];
  });
  return Object.fromEntries(told);
}

/**
 * The illnesses that nobody but users can end: their probes were well all the time, or mostly; or the step for it was undone, so that what
 * failed serves again and nothing has mended it.
 */
export function usersIllStill(context: IncidentContext): Known {
  const agreed = Object.entries(context.usersIll ?? {}).filter(([, { looks }]) => looks >= AGREED_LOOKS);
  return Object.fromEntries(
    agreed.filter(([service, ill]) => isUnseen(ill) || (isUndone(context, service) && servesAgain(context, service, ill))),
  );
}

function isUnseen({ looks, probesIll }: UsersIll): boolean {
  return probesIll * 2 < looks;
}

/** What failed its users may be what serves, as far as is known. */
function servesAgain({ look, expected }: IncidentContext, service: string, { revisions }: UsersIll): boolean {
  const vector = look?.configuration.traffic?.[service] ?? expected?.traffic?.[service] ?? [];
  const serving = vector.filter(({ percent }) => percent > 0);
  return serving.length === 0 || serving.some(({ revision }) => revision === null || revisions.includes(revision));
}

function isUndone({ undone }: IncidentContext, service: string): boolean {
  return Object.entries(undone).some(([id, { neverInForce }]) => nameIn(id) === service && neverInForce !== true);
}
