import type { IncidentContext } from '../context.ts';
import { sayInstant } from '../people/say-instant.ts';
import { changesByOthers } from '../trial/in-force.ts';
import type { Replaced } from '../trial/in-force.ts';

/** Recovery that followed somebody else's change is told as that. Pure. */

/** A look that began so long before the change was seen still says how it was until then: two looks at the usual tick. */
const SHORTLY = 2 * 60_000;
/** Figures of a minute are known some minutes later: an illness seen for longer than this after a change did not end with it. */
const NOT_AT_ONCE = 10 * 60_000;

/**
 * It was ill until others changed something, later than the last change of this run, and was well from then on. What came before
 * that is no proof of what this run did; what follows in time is no more than that, and is told so.
 */
export function byOthersWords(context: IncidentContext): string {
  const { changedAt, mutations } = context;
  const illUntil = lastIll(context);
  if (illUntil === null) return '';
  const after = Object.entries(changesOfAnybody(context)).filter(([, { at }]) => at > changedAt && illUntil >= at - SHORTLY);
  if (after.length === 0) return '';
  const said = after.map(([what, { by, at }]) => `${by ?? 'somebody else'} changed ${what} (seen ${sayInstant(at)})`).join(', and ');
  const ours = mutations.some(({ outcome }) => outcome === 'applied');
  const still = ours ? 'It was still ill after the last change of this run, until' : 'It was ill until';
  const isLater = after.every(([, { at }]) => illUntil - at > NOT_AT_ONCE);
  const until = isLater ? `It was last seen ill at ${sayInstant(illUntil)}; before that ${said}.` : `${still} ${said}.`;
  return ` The recovery is not by this run's hand, as far as can be seen. ${until}`;
}

/** The newest look in which anything was ill; where looks only suspected it, the newest diagnosis that was made of it. */
function lastIll({ illSeenAt, diagnosis }: IncidentContext): number | null {
  if (illSeenAt !== undefined) return illSeenAt;
  return diagnosis === null || diagnosis.healthy || diagnosis.causes.every(({ subject }) => subject === '') ? null : diagnosis.at;
}

/** What the run was held for or has accepted, and what looks have shown beside that. */
function changesOfAnybody(context: IncidentContext): Readonly<Record<string, Replaced>> {
  const known = changesByOthers(context);
  const beside = Object.entries(context.changesSeen ?? {}).filter(([subject]) => !(subject.replace(/^service:/, 'traffic:') in known));
  return { ...Object.fromEntries(beside), ...known };
}
