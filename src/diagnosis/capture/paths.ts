/** How requests to one path of a service went. */
export interface PathCourse {
  readonly service: string;
  readonly path: string;
  readonly passed: number;
  readonly failed: number;
}

export interface Paths {
  add(service: string, url: string, outcome: 'passed' | 'failed' | 'other'): void;
  all(): readonly PathCourse[];
}

const MOST = 2_000;
const LONGEST = 80;

/** Counts requests by path, numbers and ids in it taken for the same, in bounded memory: paths that find no room are one. */
export function createPaths(): Paths {
  const paths = new Map<string, { service: string; path: string; passed: number; failed: number }>();
  return {
    add(service, url, outcome) {
      if (outcome === 'other') return;
      const named = pathOf(url);
      const path = paths.size < MOST || paths.has(`${service}\n${named}`) ? named : '(others)';
      const known = paths.get(`${service}\n${path}`) ?? { service, path, passed: 0, failed: 0 };
      paths.set(`${service}\n${path}`, known);
      known[outcome] += 1;
    },
    all: () => [...paths.values()],
  };
}

function pathOf(url: string): string {
  const path = /^(?:https?:\/\/[^/?#]{0,255})?(?<path>\/[^?#]{0,512})/.exec(url)?.groups?.['path'] ?? '/';
  return path.replaceAll(/[0-9a-f-]{16,64}|\d{1,40}/gi, '#').slice(0, LONGEST);
}
