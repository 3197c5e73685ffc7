import type { IncidentContext } from '../../machines/incident/context.ts';
import { refusedWords } from '../core/service/refused-users.ts';

/** Of one that is over, whether all of it is proven; of a handed-over incident what is true of this one: whether there is a case, and otherwise who took its text. */
export function endedWords(
  { supportCase, look }: Pick<IncidentContext, 'supportCase' | 'look'>,
  outcome: NonNullable<IncidentContext['outcome']>,
): string {
  const refused = outcome === 'recovered' ? refusedWords(look?.indicators.turnedAway) : null;
  if (refused !== null) return `Every gate passed to the end of the soak, but ${refused}: that this is right is not proven`;
  if (outcome !== 'escalated' || supportCase === null) return ENDED[outcome];
  const kept = supportCase.keptAt == null ? '' : `, and it is kept at ${supportCase.keptAt}`;
  return supportCase.name === null
    ? `No support case is open: a channel took its text for people${kept}`
    : `Google Cloud Support has case ${supportCase.name}`;
}

const ENDED: Readonly<Record<NonNullable<IncidentContext['outcome']>, string>> = {
  recovered: 'Proven healthy to the end of the soak',
  escalated: 'It was handed to people',
  'escalated-but-unreached': 'Nobody could be reached: no case is open, and no channel took the text',
  restored: 'What this run had moved is put back, but for what others have changed since',
  aborted: 'Ended by a human',
  refused: 'Nothing was begun',
};
