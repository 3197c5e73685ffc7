import { stringify } from 'yaml';
import type { Drawn } from './draw.ts';

/** A drawn world as a file: what was guessed and what nobody knows stands above it. `from` is where it was drawn from. */
export function worldText({ world, guesses, unknowns }: Drawn, from: string): string {
  const comment = (lines: readonly string[]): string => lines.map((line) => `#   - ${line}\n`).join('');
  return (
    `# The world of ${from}, drawn from what the document says; all is well in it. Correct what is guessed, and lay a fault over it:\n` +
    `#   firebreak rehearse --world FILE -f ${from} --break list\n` +
    `# Guessed:\n${comment(guesses)}# Not known, and not in it:\n${comment(unknowns)}` +
    stringify(world, { lineWidth: 140 })
  );
}
