/** What a world was guessed to be, and what it cannot know. */
export interface Guessed {
  readonly guesses: readonly string[];
  readonly unknowns: readonly string[];
}

/** What a world was guessed to be, for below a result that rests on it. */
export function drawnLines(drawn: Guessed | null): readonly string[] {
  if (drawn === null) return [];
  const listed = (lines: readonly string[]): readonly string[] => lines.map((line) => `  - ${line}`);
  return [
    'The world was drawn from the document. Guessed:',
    ...listed(drawn.guesses),
    'Not known, and not in it:',
    ...listed(drawn.unknowns),
  ];
}
