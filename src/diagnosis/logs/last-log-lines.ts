import { SECOND } from '../../core/duration.ts';

/** The last lines of containers, so that a death can be told with what was said before it. */
export interface LastWords {
  /** `quote`: how the line is quoted where that is more than its words; it is called only for the few that are shown. */
  add(container: string, at: number, line: string, quote?: () => string): void;
  /** The last lines of this container up to that instant, oldest first, as they were written: redact them before they are shown. */
  before(container: string, at: number): readonly string[];
}

const KEPT = 4;
const MOST_CONTAINERS = 400;
/** The platform’s line may be dated a little before the program’s last one. */
const TOLERANCE = 2 * SECOND;
const LENGTH = 600;
const SAYS_ANYTHING = /\S/;

interface Said {
  readonly at: number;
  readonly line: string | (() => string);
}

/** In bounded memory: the latest few lines of each container; a container that has not spoken for longest gives way. */
export function createLastWords(): LastWords {
  const containers = new Map<string, Said[]>();
  return {
    add(container, at, line, quote) {
      if (quote === undefined && !SAYS_ANYTHING.test(line)) return;
      const known = containers.get(container);
      const lines = known ?? [];
      if (lines.length >= KEPT && at < (lines[0]?.at ?? 0)) return;
      lines.push({ at, line: quote ?? line });
      if ((lines.at(-2)?.at ?? at) > at) lines.sort((a, b) => a.at - b.at);
      if (lines.length > KEPT) lines.shift();
      if (known !== undefined) return;
      if (containers.size >= MOST_CONTAINERS) {
        const [oldest] = containers.keys();
        if (oldest !== undefined) containers.delete(oldest);
      }
      containers.set(container, lines);
    },
    before: (container, at) =>
      (containers.get(container) ?? [])
        .filter((line) => line.at <= at + TOLERANCE)
        .map(({ line }) =>
          (typeof line === 'string' ? line : line())
            .trim()
            .slice(0, LENGTH)
            .replaceAll(/\s{1,200}/g, ' '),
        ),
  };
}
