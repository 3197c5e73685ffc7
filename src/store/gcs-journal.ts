import { defined } from '../core/defined.ts';
import { TransientError } from '../core/errors.ts';
import type { JournalLine } from '../ports/store.ts';
import { ABSENT } from './gcs-objects.ts';
import type { Objects } from './gcs-objects.ts';
import { createQueue } from './queue.ts';

/** A segment is written again whole with each line that joins it, so it is kept small. */
const LINES_PER_SEGMENT = 200;
const LETTERS_PER_SEGMENT = 64 * 1_024;
const ROUNDS = 5;
/** Segments read side by side. */
const AT_ONCE = 8;

/**
 * `journal/RUN/000001.ndjson` …: numbered segments of one run. A line joins the newest segment when that one may be written again
 * by now and has room; otherwise it begins the next, so that the journal never waits. Idempotent by `seq`: whatever was refused
 * or had no answer is looked up, and only what is missing is written.
 */
export class GcsJournal {
  readonly #objects: Objects;
  readonly #prefix: string;
  readonly #queue = createQueue();
  /** Where the next line goes; null until somebody has looked, and while a write is on its way. */
  #end: End | null = null;

  /** `prefix` ends in a slash. */
  constructor(objects: Objects, prefix: string) {
    this.#objects = objects;
    this.#prefix = prefix;
  }

  append(lines: readonly JournalLine[]): Promise<void> {
    return this.#queue(async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const end = this.#end ?? (await this.#findEnd());
        this.#end = end;
        const fresh = lines.filter((line) => line.seq > end.seq);
        if (fresh.length === 0) return;
        this.#end = null;
        if (await this.#write(end, fresh)) return;
      }
      throw new TransientError('store-contended', `${this.#objects.placeOf(this.#prefix)}: somebody else writes the same segments`);
    });
  }

  /** Those after that number, in `seq` order, each once; what is torn is left out. Segments that end before it are not fetched. */
  async read(after = 0): Promise<readonly JournalLine[]> {
    const names = (await this.#segments()).toReversed();
    const segments: (readonly JournalLine[])[] = [];
    // Who reads on needs the newest alone, as a rule.
    for (let from = 0, many = after === 0 ? AT_ONCE : 1; from < names.length; from += many, many = AT_ONCE) {
      const some = await Promise.all(names.slice(from, from + many).map((name) => this.#objects.get(name)));
      segments.unshift(...some.map((object) => parseLines(object?.text ?? '')).toReversed());
      if (after > 0 && segments.some(([first]) => first !== undefined && first.seq <= after)) break;
    }
    const lines = new Map<number, JournalLine>();
    for (const line of segments.flat()) if (line.seq > after && !lines.has(line.seq)) lines.set(line.seq, line);
    return [...lines.values()].sort((one, other) => one.seq - other.seq);
  }

  async #write(end: End, fresh: readonly JournalLine[]): Promise<boolean> {
    const added = fresh.map((line) => `${JSON.stringify(line)}\n`).join('');
    const joins = end.hasRoom && this.#objects.pace.isReady(this.#nameOf(end.segment));
    const segment = joins ? end.segment : end.segment + 1;
    const text = joins ? `${end.text}${added}` : added;
    const lines = (joins ? end.lines : 0) + fresh.length;
    const generation = await this.#objects.put(this.#nameOf(segment), text, { generation: joins ? end.generation : ABSENT });
    if (generation === null) return false;
    const hasRoom = lines < LINES_PER_SEGMENT && text.length < LETTERS_PER_SEGMENT;
    this.#end = { segment, generation, text: hasRoom ? text : '', lines, hasRoom, seq: defined(fresh.at(-1)).seq };
    return true;
  }

  /** A segment that another process has begun is left as it is: who knows when it was written, and whether it is torn. */
  async #findEnd(): Promise<End> {
    const names = await this.#segments();
    const segment = names.length === 0 ? 0 : numberOf(defined(names.at(-1)));
    let seq = 0;
    for (const name of names.toReversed()) {
      seq = parseLines((await this.#objects.get(name))?.text ?? '').at(-1)?.seq ?? 0;
      if (seq > 0) break;
    }
    return { segment, generation: ABSENT, text: '', lines: 0, hasRoom: false, seq };
  }

  async #segments(): Promise<readonly string[]> {
    const names = (await this.#objects.list(this.#prefix)).map(({ name }) => name);
    return names.filter((name) => /\/\d{6,}\.ndjson$/.test(name)).sort((one, other) => numberOf(one) - numberOf(other));
  }

  #nameOf(segment: number): string {
    return `${this.#prefix}${String(segment).padStart(6, '0')}.ndjson`;
  }
}

interface End {
  readonly segment: number;
  readonly generation: string;
  readonly text: string;
  readonly lines: number;
  readonly hasRoom: boolean;
  /** Number of the newest line of the whole journal. */
  readonly seq: number;
}

function numberOf(name: string): number {
  return Number.parseInt(name.slice(name.lastIndexOf('/') + 1), 10);
}

/** Up to the first that is torn. */
function parseLines(text: string): readonly JournalLine[] {
  const lines: JournalLine[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    try {
      lines.push(JSON.parse(line) as JournalLine);
    } catch {
      break;
    }
  }
  return lines;
}
