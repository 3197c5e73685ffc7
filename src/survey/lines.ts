import { plainLine } from '../core/outside/plain.ts';

/** How a comment is marked: what to check, what to answer, what could not be seen. */
export type Mark = 'guess' | 'question' | 'not read';

const WIDTH = 130;

/** How the question about a split begins: while it stands, a run leaves the split as it is. */
export const SPLIT = 'is its traffic split over';

/** A comment of its own, wrapped; `mark` begins it. Text from elsewhere is made plain. */
export function comment(indent: number, text: string, mark: Mark | null = null): readonly string[] {
  const lead = `${' '.repeat(indent)}# `;
  const lines: string[] = [];
  let line = mark === null ? '' : `${mark}:`;
  for (const word of plainLine(text)
    .split(' ')
    .filter((each) => each !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && lead.length + longer.length > WIDTH) {
      lines.push(lead + line);
      line = mark === null ? word : `  ${word}`;
    } else line = longer;
  }
  return [...lines, lead + line];
}

/** What stands behind a value in its line. */
export function behind(text: string, mark: Mark | null = null): string {
  return ` # ${mark === null ? '' : `${mark}: `}${plainLine(text)}`;
}

/** A value as YAML: as it is where it cannot be taken for anything else. */
export function scalar(value: string): string {
  const plain = /^[A-Za-z/*][\w./:@*-]*$/.test(value) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value) && !value.endsWith(':');
  return (plain && !value.startsWith('*')) || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(value) ? value : JSON.stringify(value);
}

export interface Notes {
  readonly guesses: number;
  readonly questions: number;
  readonly unread: number;
}

/** How many of each mark a document holds. */
export function notesIn(text: string): Notes {
  const count = (mark: Mark): number => text.split(`# ${mark}: `).length - 1;
  return { guesses: count('guess'), questions: count('question'), unread: count('not read') };
}
