import { defined } from '../core/defined.ts';
import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalLine } from '../ports/store.ts';
import { appendToFile, codeOf, makeFolder, readIfThere, syncFolder } from './disk.ts';
import type { Durability } from './disk.ts';

const LINES_PER_SEGMENT = 1_000;

/** Numbered segments `000001.ndjson` … of one run. One writer at a time: the holder of the lease. */
export class FolderJournal {
  readonly #folder: string;
  readonly #survives: Durability;
  /** Where the next line goes; null until somebody has looked, or when somebody else has written since. */
  #end: End | null = null;

  constructor(folder: string, survives: Durability) {
    this.#folder = folder;
    this.#survives = survives;
  }

  append(lines: readonly JournalLine[]): void {
    makeFolder(this.#folder);
    if (this.#end === null || sizeOf(this.#end.path) !== this.#end.bytes) this.#end = this.#findEnd();
    let end = this.#end;
    const fresh = lines.filter((line) => line.seq > end.seq);
    this.#end = null;
    while (fresh.length > 0) {
      if (end.lines >= LINES_PER_SEGMENT) end = emptySegment(this.#folder, end.segment + 1, end.seq);
      end = appendPart(end, fresh.splice(0, LINES_PER_SEGMENT - end.lines), this.#survives);
      if (end.isNew && this.#survives === 'power-loss') syncFolder(this.#folder);
    }
    this.#end = end;
  }

  /** Those after that number, in order, each once; a torn last line is left out. What lies before is neither opened nor parsed. */
  read(after = 0): readonly JournalLine[] {
    const found: (readonly JournalLine[])[] = [];
    for (const segment of segmentsIn(this.#folder).toReversed()) {
      const { lines, firstSeq } = readSegment(this.#folder, segment, after);
      found.unshift(lines);
      if (firstSeq !== null && firstSeq <= after) break;
    }
    const lines: JournalLine[] = [];
    for (const line of found.flat()) if (line.seq > (lines.at(-1)?.seq ?? after)) lines.push(line);
    return lines;
  }

  /** Cuts off what a crash left half-written, so that the next line does not grow onto it. */
  #findEnd(): End {
    const segment = segmentsIn(this.#folder).at(-1);
    if (segment === undefined) return emptySegment(this.#folder, 1, 0);
    const { path, lines, wholeBytes, bytes } = readSegment(this.#folder, segment);
    if (wholeBytes < bytes) truncateSync(path, wholeBytes);
    const seq = lines.at(-1)?.seq ?? this.read().at(-1)?.seq ?? 0;
    return { path, segment, seq, lines: lines.length, bytes: wholeBytes, isNew: false };
  }
}

interface End {
  readonly path: string;
  readonly segment: number;
  /** Number of the newest line of the whole journal. */
  readonly seq: number;
  readonly lines: number;
  readonly bytes: number;
  readonly isNew: boolean;
}

function emptySegment(folder: string, segment: number, seq: number): End {
  return { path: join(folder, nameOf(segment)), segment, seq, lines: 0, bytes: 0, isNew: true };
}

function appendPart(end: End, lines: readonly JournalLine[], survives: Durability): End {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  appendToFile(end.path, text, survives);
  return {
    ...end,
    seq: defined(lines.at(-1)).seq,
    lines: end.lines + lines.length,
    bytes: end.bytes + Buffer.byteLength(text),
    isNew: end.bytes === 0,
  };
}

function nameOf(segment: number): string {
  return `${String(segment).padStart(6, '0')}.ndjson`;
}

function segmentsIn(folder: string): number[] {
  try {
    const names = readdirSync(folder).filter((name) => /^\d{6,}\.ndjson$/.test(name));
    return names.map((name) => Number.parseInt(name, 10)).sort((one, other) => one - other);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return [];
    throw thrown;
  }
}

function readSegment(folder: string, segment: number, after = 0) {
  const path = join(folder, nameOf(segment));
  const text = readIfThere(path) ?? '';
  const lines: JournalLine[] = [];
  const firstSeq = seqIn(text);
  let whole = 0;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    if (end === -1) break;
    const seq = after === 0 ? null : seqIn(text.slice(start, start + LONGEST_NUMBER));
    if (seq === null || seq > after) {
      const line = parseLine(text.slice(start, end));
      if (line === null) break;
      lines.push(line);
    }
    whole = end + 1;
    start = whole;
  }
  return { path, lines, firstSeq, wholeBytes: Buffer.byteLength(text.slice(0, whole)), bytes: Buffer.byteLength(text) };
}

const LONGEST_NUMBER = 32;

/** As it stands at the beginning of a line, without parsing it; null: it does not stand there. */
function seqIn(text: string): number | null {
  const [, seq] = /^\{"seq":(\d+),/.exec(text) ?? [];
  return seq === undefined ? null : Number(seq);
}

function parseLine(text: string): JournalLine | null {
  try {
    return JSON.parse(text) as JournalLine;
  } catch {
    return null;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
