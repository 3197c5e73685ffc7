/** How requests of one revision went. */
export interface RevisionCourse {
  readonly revision: string;
  readonly passed: number;
  readonly failed: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly firstFailedAt: number | null;
  readonly lastFailedAt: number | null;
}

/** How requests of one service went, by revision and after its last failure. */
export interface ServiceCourse {
  readonly service: string;
  readonly revisions: readonly RevisionCourse[];
  /** The last failed request, and the requests that passed later than it; null without failures. */
  readonly after: { readonly since: number; readonly passed: number; readonly lastAt: number } | null;
}

export interface Course {
  add(service: string, revision: string, at: number, outcome: 'passed' | 'failed' | 'other', latencyMs: number | null): void;
  services(): readonly ServiceCourse[];
}

const MOST_REVISIONS = 2_000;
/** Passed requests are counted in slots of time; so many slots of one service are kept before they are made twice as wide. */
const MOST_SLOTS = 2_000;

interface Growing {
  readonly revisions: Map<
    string,
    { passed: number; failed: number; firstAt: number; lastAt: number; firstFailedAt: number | null; lastFailedAt: number | null }
  >;
  slots: Map<number, number>;
  width: number;
}

/** Follows requests in memory that does not grow with their number. Passes are dated to the second or coarser, failures exactly. */
export function createCourse(): Course {
  const services = new Map<string, Growing>();
  let revisions = 0;
  return {
    add(service, revision, at, outcome, latencyMs) {
      const known = services.get(service) ?? { revisions: new Map(), slots: new Map<number, number>(), width: 1_000 };
      services.set(service, known);
      const own = known.revisions.get(revision) ?? {
        passed: 0,
        failed: 0,
        firstAt: at,
        lastAt: at,
        firstFailedAt: null,
        lastFailedAt: null,
      };
      if (!known.revisions.has(revision)) {
        if (revisions >= MOST_REVISIONS) return;
        revisions += 1;
        known.revisions.set(revision, own);
      }
      own.firstAt = Math.min(own.firstAt, at);
      own.lastAt = Math.max(own.lastAt, at);
      if (outcome === 'failed') {
        const ended = at + (latencyMs ?? 0);
        own.failed += 1;
        own.firstFailedAt = Math.min(own.firstFailedAt ?? at, at);
        own.lastFailedAt = Math.max(own.lastFailedAt ?? ended, ended);
      } else if (outcome === 'passed') {
        own.passed += 1;
        count(known, at);
      }
    },
    services: () => [...services].map(([service, growing]) => settle(service, growing)),
  };
}

function count(growing: Growing, at: number): void {
  const slot = Math.floor(at / growing.width);
  growing.slots.set(slot, (growing.slots.get(slot) ?? 0) + 1);
  if (growing.slots.size <= MOST_SLOTS) return;
  growing.width *= 2;
  const wider = new Map<number, number>();
  for (const [narrow, passed] of growing.slots) {
    const wide = Math.floor(narrow / 2);
    wider.set(wide, (wider.get(wide) ?? 0) + passed);
  }
  growing.slots = wider;
}

function settle(service: string, { revisions, slots, width }: Growing): ServiceCourse {
  const failures = [...revisions.values()].flatMap(({ lastFailedAt }) => (lastFailedAt === null ? [] : [lastFailedAt]));
  const since = failures.length === 0 ? null : Math.max(...failures);
  const later = since === null ? [] : [...slots].filter(([slot]) => slot * width >= since);
  return {
    service,
    revisions: [...revisions].map(([revision, counts]) => ({ revision, ...counts })),
    after:
      since === null
        ? null
        : {
            since,
            passed: later.reduce((sum, [, passed]) => sum + passed, 0),
            lastAt: Math.max(since, ...later.map(([slot]) => (slot + 1) * width)),
          },
  };
}
