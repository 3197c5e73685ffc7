import { outermostPhase } from '../../../machines/incident/people/rail.ts';
import { figuresIn } from '../../report/figures/figures.ts';
import type { Figures, SeenLook } from '../../report/figures/figures.ts';
import type { JournalLine } from '../../ports/store.ts';

/** What the lines of a journal have shown so far: the newest looks in figures, and where the runbook has been. */
export interface Seen {
  readonly looks: readonly SeenLook[];
  readonly measures: Figures['measures'];
  /** By the outermost state of the runbook. */
  readonly been: ReadonlySet<string>;
}

/** More than any terminal has columns for. */
const MOST_LOOKS = 400;

/** Takes a journal line by line, in its order, whatever version wrote it; bounded, however long the run is. */
export class Watched implements Seen {
  looks: readonly SeenLook[] = [];
  measures: Figures['measures'] = null;
  readonly been = new Set<string>();
  /** Tells what the columns of the rows after it are. */
  #head: JournalLine | null = null;

  add(line: JournalLine): void {
    const phase = outermostPhase(line.states);
    if (phase !== null) this.been.add(phase);
    if (line.event !== 'observe.done' && line.event !== 'run.started') return;
    const figures = figuresIn(this.#head === null ? [line] : [this.#head, line]);
    const own = figuresIn([line]);
    if (own.measures !== null) this.#head = line;
    this.measures = figures.measures;
    const look = line.event === 'observe.done' ? figures.looks.at(-1) : undefined;
    if (look?.writtenAt === line.at) this.looks = [...this.looks, look].slice(-MOST_LOOKS);
  }
}

/** The same of a whole journal. */
export function seenIn(lines: readonly JournalLine[]): Watched {
  const watched = new Watched();
  for (const line of lines) watched.add(line);
  return watched;
}
