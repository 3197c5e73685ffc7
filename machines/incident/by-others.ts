import type { IncidentContext } from './context.ts';
import { sayInstant } from './say-instant.ts';
import { changesByOthers } from './in-force.ts';

/** Recovery that followed somebody else's change is told as that. Pure. */

/** A look that began so long before the change was seen still says how it was until then: two looks at the usual tick. */
const SHORTLY = 2 * 60_000;

/**
 * It was ill until others changed something, later than the last change of this run, and was well from then on. What came before
 * that is no proof of what this run did; what follows in time is no more than that, and is told so.
 */
export function byOthersWords(context: IncidentContext): string {
  const { changedAt, illSeenAt = null, mutations } = context;
  if (illSeenAt === null) return '';
  const after = Object.entries(changesByOthers(context)).filter(([, { at }]) => at > changedAt && illSeenAt >= at - SHORTLY);
  if (after.length === 0) return '';
  const said = after.map(([what, { by, at }]) => `${by ?? 'somebody else'} changed ${what} (seen ${sayInstant(at)})`);
  const ours = mutations.some(({ outcome }) => outcome === 'applied');
  const until = ours ? 'It was still ill after the last change of this run, until' : 'It was ill until';
  return ` The recovery is not by this run's hand, as far as can be seen. ${until} ${said.join(', and ')}.`;
}
