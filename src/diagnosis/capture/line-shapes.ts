import { redact } from '../redact.ts';

/** Lines that say the same but for numbers and ids. */
export interface LineShape {
  readonly count: number;
  /** One of them, redacted and shortened. */
  readonly sample: string;
}

export interface LineShapes {
  add(line: string): void;
  top(most: number): readonly LineShape[];
}

const KEPT = 200;
const LENGTH = 160;

/** Counts lines by shape in bounded memory: when there is no room, the rarest gives way (its count is inherited, as an upper bound). */
export function createLineShapes(): LineShapes {
  const shapes = new Map<string, { count: number; readonly sample: string }>();
  return {
    add(line) {
      const first = firstTellingLine(line).slice(0, LENGTH);
      if (first === '') return;
      const shape = first.replaceAll(/[0-9a-f]{8,}|\d+/gi, '#');
      const known = shapes.get(shape);
      if (known !== undefined) {
        known.count += 1;
        return;
      }
      let inherited = 0;
      if (shapes.size >= KEPT) {
        const [rarest, { count }] = [...shapes].reduce((least, each) => (each[1].count < least[1].count ? each : least));
        shapes.delete(rarest);
        inherited = count;
      }
      shapes.set(shape, { count: inherited + 1, sample: redact(first) });
    },
    top: (most) => [...shapes.values()].toSorted((a, b) => b.count - a.count).slice(0, most),
  };
}

function firstTellingLine(line: string): string {
  const trimmed = line.trim();
  if (!trimmed.startsWith('Traceback')) return trimmed.split('\n', 1)[0] ?? '';
  return trimmed.slice(trimmed.lastIndexOf('\n') + 1);
}
