/** Text in the columns of a terminal. Pure. */

import { defined } from '../core/defined.ts';

/** A line that begins with a word of its own, such as `why:`. */
export interface Row {
  readonly label: string;
  readonly text: string;
}

/** How many columns a terminal shows it in: two for wide signs, none for marks that sit on the sign before. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const sign of text) columns += widthOf(sign);
  return columns;
}

/** How many rows of a terminal a line takes there: it goes on below itself, and a wide sign is not cut in two. */
export function rowsOf(line: string, width: number): number {
  let [rows, column] = [1, 0];
  for (const sign of line) {
    const wide = widthOf(sign);
    if (column + wide > width && column > 0) [rows, column] = [rows + 1, 0];
    column += wide;
  }
  return rows;
}

/** In at most so many columns; what does not fit is left out at the end, and that is shown. */
export function clipped(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  return `${fitting(text, Math.max(0, width - 1)).trimEnd()}…`;
}

export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

/**
 * The rows in at most `most` lines of `width` columns: each gets one, and what is left over goes to the first ones, which go on below
 * themselves. Rows beyond that are named by `rest` in the last line. An infinite width (a pipe, a file) cuts nothing off.
 */
export function laid(
  rows: readonly Row[],
  { width, most, rest }: { readonly width: number; readonly most: number; readonly rest: (left: readonly Row[]) => string },
): readonly (readonly string[])[] {
  const left = rows.length > most ? rows.slice(most - 1) : [];
  const shown = left.length === 0 ? rows : [...rows.slice(0, most - 1), { label: 'more:', text: rest(left) }];
  let spare = most - shown.length;
  return shown.map(({ label, text }, index) => {
    const lead = index === 0 ? `${label}${label === '' ? '' : ' '}` : label.padEnd(INDENT);
    const lines = wrapped(`${lead}${text}`, width, INDENT);
    const kept = lines.slice(0, 1 + spare);
    spare -= kept.length - 1;
    if (kept.length === lines.length) return kept;
    return [...kept.slice(0, -1), clipped(`${defined(kept.at(-1))} ${defined(lines[kept.length]).trim()}`, width)];
  });
}

const INDENT = 9;

/** In lines of at most so many columns, broken between words; those after the first are indented. */
export function wrapped(text: string, width: number, indent: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (columnsOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line.trim() !== '') lines.push(line);
    line = `${' '.repeat(lines.length === 0 ? 0 : indent)}${word}`;
    while (columnsOf(line) > width) {
      const part = fitting(line, width);
      lines.push(part);
      line = `${' '.repeat(indent)}${line.slice(part.length)}`;
    }
  }
  return [...lines, line];
}

/** The same, but a command of ours stays in one piece, so that it can be pasted: the terminal itself goes on below where it is too long. */
export function wrappedWhole(text: string, width: number, indent: number): readonly string[] {
  const pieces = text.replaceAll(COMMAND, (command) => command.replaceAll(' ', GLUE));
  const lines: string[] = [];
  let line = '';
  for (const word of pieces.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    // It would not fit below either: only a label may stand before it.
    const isTooLong = word.includes(GLUE) && columnsOf(word) > width - indent && !/\S\s+\S/.test(line);
    if (columnsOf(longer) <= width || line.trim() === '' || isTooLong) line = longer;
    else {
      lines.push(line.trimEnd());
      line = `${' '.repeat(indent)}${word}`;
    }
  }
  return [...lines, line].flatMap((each) => (each.includes(GLUE) ? [each.replaceAll(GLUE, ' ')] : broken(each, width, indent)));
}

/** A word that is longer than a line. */
function broken(line: string, width: number, indent: number): readonly string[] {
  return columnsOf(line) <= width ? [line] : wrapped(line.trimStart(), width, indent);
}

/** Verb and options, each with its value. */
const COMMAND = /firebreak [a-z][a-z-]*(?: [A-Z]+)?(?: --?[a-z][\w-]*(?: (?!-)(?:'[^']*'|[^\s`·;]+))?)*/g;
const GLUE = '\uE000';

/** As many signs from the front as fit. */
function fitting(text: string, width: number): string {
  let [columns, end] = [0, 0];
  for (const sign of text) {
    columns += widthOf(sign);
    if (columns > width) break;
    end += sign.length;
  }
  return text.slice(0, end);
}

function widthOf(sign: string): number {
  if (ON_THE_ONE_BEFORE.test(sign)) return 0;
  return WIDE.test(sign) ? 2 : 1;
}

const ON_THE_ONE_BEFORE = /\p{Mn}|\p{Me}/u;
/** Unicode's East Asian Width, W and F, by its large blocks. */
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;
