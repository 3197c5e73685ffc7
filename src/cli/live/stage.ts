import { stripVTControlCharacters } from 'node:util';
import { rowsOf } from '../columns.ts';
import type { Output, Stage, VerbDeps } from '../deps.ts';
import { mayRedraw, writingBy } from '../process/output.ts';

/** Where a terminal does not tell its height. */
const USUAL_ROWS = 24;

export class TerminalStage implements Stage {
  readonly #terminal: Output;
  #lines: readonly string[] = [];
  #isLifted = false;

  constructor(terminal: Output) {
    this.#terminal = terminal;
  }

  get rows(): number {
    return (this.#terminal.rows ?? USUAL_ROWS) - 1;
  }

  draw(lines: readonly string[]): void {
    const isSame = lines.length === this.#lines.length && lines.every((line, index) => line === this.#lines[index]);
    if (isSame || this.#isLifted) return void (this.#lines = lines);
    this.#terminal.write(`${this.#erased()}${joined(lines)}`);
    this.#lines = lines;
  }

  clear(): void {
    this.draw([]);
  }

  leave(): void {
    this.#lines = [];
  }

  /** `output` as seen by everybody else. */
  above(output: Output): Output {
    const write = (text: string): void => {
      if (!output.isTTY || (this.#lines.length === 0 && !this.#isLifted)) return output.write(text);
      const end = text.endsWith('\n');
      const erased = this.#isLifted ? '' : this.#erased();
      this.#isLifted = !end;
      this.#terminal.write(erased);
      output.write(text);
      if (end) this.#terminal.write(joined(this.#lines));
    };
    return writingBy(output, write);
  }

  /** How many rows they take is asked anew each time: the window may have become narrower. */
  #erased(): string {
    const { columns } = this.#terminal;
    const rows = this.#lines.reduce((sum, line) => sum + rowsOf(stripVTControlCharacters(line), columns), 0);
    return rows === 0 ? '' : `\r\u001B[${rows}A\u001B[J`;
  }
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** The same with a stage, where the terminal can redraw; `json`: stdout belongs to the result. As it was where one is there already. */
export function onStage(deps: VerbDeps, json: boolean): VerbDeps {
  const terminal = json ? deps.stderr : deps.stdout;
  if (deps.stage !== undefined || !mayRedraw(terminal, deps.env)) return deps;
  const stage = new TerminalStage(terminal);
  return { ...deps, stage, stdout: stage.above(deps.stdout), stderr: stage.above(deps.stderr) };
}
