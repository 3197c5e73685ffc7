import type { Counted } from '../../../src/core/model/trial.ts';
import type { IncidentContext } from '../context.ts';
import { stepsLeft } from '../steps.ts';

/** What the run has seen that speaks of the customer's own side, whatever the one look says on which a window ends. Pure. */

/** Fewer requests than this make no share. */
const LEAST_REQUESTS = 30;
/** So much worse is one revision than another of the same service, on the same ground at the same time. */
const FAR_WORSE = 10;
const ILL_FROM = 0.05;

/** `TITLE: CODE: …`, of a write that Google's own API did not take: then a cure that was not sent is no sign of our side. Figures of users are none. */
const API_AWAY = /(?:^[^:]*| is refused): (?:UNAVAILABLE|INTERNAL|DEADLINE_EXCEEDED): /;

/**
 * A cure of our own is ripe and was not sent: refused to our account, or nobody has said yes; or one revision serves badly while another
 * of the same service serves well beside it; or the newest look finds nothing wrong. That a window passed is then no sign of what Google
 * could mend.
 */
export function ownEvidence(context: IncidentContext): boolean {
  const isUnsent = stepsLeft(context, 'traffic').length > 0 && !API_AWAY.test(context.failure ?? '');
  return isUnsent || isOfOneRevision(context.look) || context.diagnosis?.healthy === true;
}

function isOfOneRevision(look: IncidentContext['look']): boolean {
  return Object.values(look?.tallies ?? {}).some(({ requests }) => {
    const shares = Object.values(requests?.byRevision ?? {}).flatMap((each) => (each.total < LEAST_REQUESTS ? [] : [badShare(each)]));
    const worst = Math.max(...shares);
    return shares.length > 1 && worst >= ILL_FROM && Math.min(...shares) * FAR_WORSE <= worst;
  });
}

function badShare({ total, failed, turnedAway = 0, late = 0 }: Counted): number {
  return (failed + turnedAway + late) / total;
}
