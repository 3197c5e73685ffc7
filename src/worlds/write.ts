import { stringify } from 'yaml';
import { plainLine } from '../core/outside/plain.ts';
import type { Drawn } from './draw.ts';

/** What a world was drawn from, as its file says it. */
export const FROM_DOCUMENT = 'drawn from what the document says; all is well in it. Correct what is guessed, and lay a fault over it:';
export const FROM_LIVE =
  'drawn from one look at it, ill where it was ill. Correct what is guessed, and see what a run would do, or lay a fault over it:';

/** A drawn world as a file: what was guessed and what nobody knows stands above it. `from` is the document that it belongs to. */
export function worldText({ world, guesses, unknowns }: Drawn, from: string, how: string = FROM_DOCUMENT): string {
  const comment = (lines: readonly string[]): string => lines.map((line) => `#   - ${plainLine(line)}\n`).join('');
  return (
    `# The world of ${from}, ${how}\n` +
    (how === FROM_LIVE ? `#   firebreak rehearse --world FILE -f ${from}\n` : '') +
    `#   firebreak rehearse --world FILE -f ${from} --break list\n` +
    `# Guessed:\n${comment(guesses)}# Not known, and not in it:\n${comment(unknowns)}` +
    stringify(world, { lineWidth: 140 })
  );
}
