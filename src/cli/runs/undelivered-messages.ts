import type { IncidentContext } from '../../../machines/incident/context.ts';
import type { RunEnd } from '../../durable/run-options.ts';
import { printable } from '../process/exit.ts';

/**
 * What the person at the terminal must know of a run that could not make itself heard: that nobody has the incident, with the text to
 * paste and where it is kept, and how many messages no channel took. Empty when all was heard, or the run goes on.
 */
export function undeliveredMessages({ outcome, snapshot }: RunEnd): readonly string[] {
  if (outcome === 'stopped') return [];
  const { supportCase, untold = 0 } = snapshot.context as IncidentContext;
  const told =
    untold === 0
      ? []
      : [`nobody was told of ${untold} ${untold === 1 ? 'message' : 'messages'}: no channel took ${untold === 1 ? 'it' : 'them'}`];
  if (outcome !== 'escalated-but-unreached') return told;
  const kept = supportCase?.keptAt == null ? [] : [`the text is kept at ${supportCase.keptAt}`];
  const text = supportCase?.text ?? '';
  return [
    'nobody could be reached: no support case is open, and no channel took the text. Somebody must act on it now:',
    ...text.split('\n').map((line) => `| ${printable(line)}`),
    ...kept,
    ...told,
  ];
}
