import { sampleAround } from './sample.ts';

/** Lines that say the same but for numbers and ids. */
export interface LineShape {
  readonly count: number;
  /** One of them, redacted and shortened. */
  readonly sample: string;
  /** insertId of that one, so that it can be opened. */
  readonly insertId: string | null;
}

export interface LineShapes {
  add(line: string, insertId?: string | null): void;
  top(most: number): readonly LineShape[];
}

const KEPT = 200;
/** So much of a line tells it from others. */
const TELLING = 160;

/** Counts lines by shape in bounded memory: when there is no room, the rarest gives way (its count is inherited, as an upper bound). */
export function createLineShapes(kept = KEPT): LineShapes {
  const shapes = new Map<string, { count: number; readonly sample: string; readonly insertId: string | null }>();
  return {
    add(line, insertId = null) {
      const telling = tellingLine(line);
      if (telling === '') return;
      const words = SPEAKS_OF_FAILURE.exec(telling)?.index ?? 0;
      // A long line is told by its words of failure, wherever in it they stand.
      const from = words > TELLING ? words : 0;
      const shape = telling.slice(from, from + TELLING).replaceAll(/[0-9a-f]{8,64}|\d{1,40}/gi, '#');
      const known = shapes.get(shape);
      if (known !== undefined) {
        known.count += 1;
        return;
      }
      let inherited = 0;
      if (shapes.size >= kept) {
        const [rarest, { count }] = [...shapes].reduce((least, each) => (each[1].count < least[1].count ? each : least));
        shapes.delete(rarest);
        inherited = count;
      }
      shapes.set(shape, { count: inherited + 1, sample: sampleAround(telling, from), insertId });
    },
    top: (most) => [...shapes.values()].toSorted((a, b) => b.count - a.count).slice(0, most),
  };
}

/** So much of the begin and of the end of a long entry is read. */
const PART = 8_192;

/** The line of an entry that says what is wrong: of a traceback the last one, of a stack below a bare label the first with words of failure. */
function tellingLine(entry: string): string {
  const trimmed = (entry.length > 2 * PART ? `${entry.slice(0, PART)}…${entry.slice(-PART)}` : entry).trim();
  if (/^(?:\S{1,80}:? {1,4})?Traceback/m.test(trimmed)) return raised(trimmed);
  const lines = trimmed.split('\n', 12);
  const first = lines.find((line) => SPEAKS_OF_FAILURE.test(line))?.trim() ?? lines[0] ?? '';
  const more = moreOf(trimmed, first, lines);
  return more === undefined || more === first ? first : `${first} … ${more}`;
}

/** What a traceback of Python ends in: the last line that names an exception, which hints and the statement may follow. */
function raised(traceback: string): string {
  const lines = traceback.split('\n');
  const named = lines.findLast((line) => /^[A-Za-z_][\w.]{0,120}(?:Error|Exception|Timeout|Exit|Interrupt|NotFound|Refused)\b/.test(line));
  return (named ?? lines.at(-1) ?? '').trim();
}

/** Of a chain of exceptions the innermost; of a line that only announces what follows, that. */
function moreOf(entry: string, first: string, lines: readonly string[]): string | undefined {
  const inner = [...entry.matchAll(/^[ \t]{0,8}(?:Caused by:|--->) (?<what>[^\n]{1,300})/gm)].at(-1)?.groups?.['what'];
  if (inner !== undefined) return inner.trim();
  if (!first.endsWith(':')) return undefined;
  const rest = lines.slice(lines.findIndex((line) => line.trim() === first) + 1).map((line) => line.trim());
  return rest.find((line) => line !== '' && !line.startsWith('at '));
}

/** Words of failure as programs write them, at the beginning of a line's thousand characters. */
export const SPEAKS_OF_FAILURE =
  /\b(?:\w{0,40}(?:Error|Exception)|error|exception|fail(?:ed|ure|s|ing)?|fatal|panic(?:ked)?|cannot|can't|could not|couldn't|unable|denied|refused|rejected|timed? ?-?out|invalid|not found|unhandled|uncaught|unexpected|unavailable|expired|exhausted|forbidden|unauthorized|aborted|crash(?:ed)?|exceeded|overload(?:ed)?|E(?:CONN|PIPE|MFILE|NOENT|NOSPC|ACCES|PERM|TIMEDOUT|AI_)[A-Z]{0,12})\b/i;
