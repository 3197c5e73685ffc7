import { columnsOf } from '../../../src/cli/columns.ts';
import type { Output } from '../../../src/cli/deps.ts';

interface Row {
  /** One sign a column; '' for the second column of a wide one. */
  cells: string[];
  /** Goes on in the row below without a line break. */
  isWrapped: boolean;
}

/**
 * A terminal as its user sees it: what was written is applied to a grid of cells (line breaks as the tty hands them on, carriage return,
 * wide signs, wrapping at the last column, `CSI n A`, `CSI J`, `CSI K`, colours), and a window that is resized flows anew. Throws at a
 * sequence that it does not know.
 */
export class TerminalScreen implements Output {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** Each sequence of colours and weights, in order. */
  readonly styles: string[] = [];
  onWrite: () => void = () => {};
  #grid: Row[] = [{ cells: [], isWrapped: false }];
  #row = 0;
  #column = 0;

  constructor(columns: number, rows = 24) {
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): void {
    this.onWrite();
    for (const [part, sequence, sign] of text.matchAll(/(\u001B\[[\d;]*[A-Za-z])|([^])/gu)) {
      if (sequence !== undefined) this.#sendCommand(sequence);
      else if (part === '\n') this.#down();
      else if (part === '\r') this.#column = 0;
      else this.#put(sign!);
    }
  }

  /** What the user types: the tty shows it where the cursor is. */
  echo(text: string): void {
    this.write(text);
  }

  /** All that was ever shown, without what scrolled out being lost; trailing blanks are nothing. */
  get lines(): readonly string[] {
    const said = this.#grid.map(({ cells }) =>
      cells
        .map((cell) => cell ?? ' ')
        .join('')
        .trimEnd(),
    );
    while (said.at(-1) === '') said.pop();
    return said;
  }

  resize(columns: number): void {
    const lines: { cells: string[]; cursor: number | null }[] = [];
    let open = false;
    for (const [index, { cells, isWrapped }] of this.#grid.entries()) {
      if (!open) lines.push({ cells: [], cursor: null });
      const line = lines.at(-1)!;
      if (index === this.#row) line.cursor = line.cells.length + this.#column;
      line.cells.push(...cells);
      open = isWrapped;
    }
    this.columns = columns;
    this.#grid = [];
    for (const { cells, cursor } of lines) {
      const from = this.#grid.length;
      this.#grid.push(...flowed(cells, columns));
      if (cursor === null) continue;
      this.#row = from;
      this.#column = cursor;
      while (this.#column > this.#grid[this.#row]!.cells.length && this.#grid[this.#row]!.isWrapped) {
        this.#column -= this.#grid[this.#row]!.cells.length;
        this.#row += 1;
      }
    }
  }

  #sendCommand(sequence: string): void {
    const [, digits, kind] = /^\u001B\[([\d;]*)([A-Za-z])$/.exec(sequence)!;
    const top = Math.max(0, this.#grid.length - this.rows);
    switch (kind) {
      case 'm':
        return void this.styles.push(sequence);
      case 'A':
        return void (this.#row = Math.max(top, this.#row - Math.max(1, Number(digits))));
      case 'J':
        this.#grid.length = this.#row + 1;
        return this.#wipe();
      case 'K':
        return this.#wipe();
      default:
        throw new Error(`a sequence that this terminal does not know: ${JSON.stringify(sequence)}`);
    }
  }

  #wipe(): void {
    const row = this.#grid[this.#row]!;
    row.cells.length = Math.min(row.cells.length, this.#column);
    row.isWrapped = false;
  }

  #down(): void {
    this.#row += 1;
    this.#column = 0;
    this.#grid[this.#row] ??= { cells: [], isWrapped: false };
  }

  #put(sign: string): void {
    const wide = columnsOf(sign);
    if (this.#column + wide > this.columns) {
      this.#grid[this.#row]!.isWrapped = true;
      this.#down();
    }
    const { cells } = this.#grid[this.#row]!;
    while (cells.length < this.#column) cells.push(' ');
    if (wide === 0) return void (cells[this.#column - 1] += sign);
    cells.splice(this.#column, wide, sign, ...(wide === 2 ? [''] : []));
    this.#column += wide;
  }
}

function flowed(cells: readonly string[], columns: number): Row[] {
  const rows: Row[] = [];
  let left = [...cells];
  while (left.length > columns) {
    // A wide sign is not cut in two.
    const end = left[columns] === '' ? columns - 1 : columns;
    rows.push({ cells: left.slice(0, end), isWrapped: true });
    left = left.slice(end);
  }
  return [...rows, { cells: left, isWrapped: false }];
}
