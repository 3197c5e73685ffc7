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
  /** How long answers took that passed, at the begin and at the end; null where too few tell. */
  readonly pace: Pace | null;
}

/** The middle (geometric mean) of the earliest and of the latest fifth of the requests that passed, and how many those are. */
interface Pace {
  readonly first: { readonly ms: number; readonly requests: number };
  readonly last: { readonly ms: number; readonly requests: number };
}

export interface Course {
  add(
    of: { readonly service: string; readonly revision: string },
    request: { readonly at: number; readonly outcome: 'passed' | 'failed' | 'other'; readonly latencyMs: number | null },
  ): void;
  services(): readonly ServiceCourse[];
}

const MOST_REVISIONS = 2_000;
/** Passed requests are counted in slots of time; so many slots of one service are kept before they are made twice as wide. */
const MOST_SLOTS = 2_000;

const FEWEST_PACED = 20;
const PART = 5;

/** Requests that passed in one slot of time; of those that tell how long they took, the sum of the logarithms. */
interface Slot {
  readonly passed: number;
  readonly timed: number;
  readonly lnMs: number;
}

interface Growing {
  readonly revisions: Map<
    string,
    { passed: number; failed: number; firstAt: number; lastAt: number; firstFailedAt: number | null; lastFailedAt: number | null }
  >;
  slots: Map<number, Slot>;
  width: number;
}

/** Follows requests in memory that does not grow with their number. Passes are dated to the second or coarser, failures exactly. */
export function createCourse(): Course {
  const services = new Map<string, Growing>();
  let revisions = 0;
  return {
    add({ service, revision }, { at, outcome, latencyMs }) {
      const known = services.get(service) ?? { revisions: new Map(), slots: new Map<number, Slot>(), width: 1_000 };
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
        count(known, at, latencyMs);
      }
    },
    services: () => [...services].map(([service, growing]) => settle(service, growing)),
  };
}

function count(growing: Growing, at: number, latencyMs: number | null): void {
  const one = { passed: 1, timed: latencyMs === null ? 0 : 1, lnMs: latencyMs === null ? 0 : Math.log(Math.max(1, latencyMs)) };
  put(growing.slots, Math.floor(at / growing.width), one);
  if (growing.slots.size <= MOST_SLOTS) return;
  growing.width *= 2;
  const wider = new Map<number, Slot>();
  for (const [narrow, slot] of growing.slots) put(wider, Math.floor(narrow / 2), slot);
  growing.slots = wider;
}

function put(slots: Map<number, Slot>, key: number, { passed, timed, lnMs }: Slot): void {
  const known = slots.get(key) ?? { passed: 0, timed: 0, lnMs: 0 };
  slots.set(key, { passed: known.passed + passed, timed: known.timed + timed, lnMs: known.lnMs + lnMs });
}

function paceOf(slots: ReadonlyMap<number, Slot>): Pace | null {
  const ordered = [...slots].sort(([a], [b]) => a - b).map(([, slot]) => slot);
  const wanted = ordered.reduce((sum, { timed }) => sum + timed, 0) / PART;
  if (wanted < FEWEST_PACED) return null;
  return { first: middle(ordered, wanted), last: middle(ordered.toReversed(), wanted) };
}

function middle(slots: readonly Slot[], wanted: number): Pace['first'] {
  let [requests, lnMs] = [0, 0];
  for (const slot of slots) {
    if (requests >= wanted) break;
    requests += slot.timed;
    lnMs += slot.lnMs;
  }
  return { ms: Math.exp(lnMs / requests), requests };
}

function settle(service: string, { revisions, slots, width }: Growing): ServiceCourse {
  const failures = [...revisions.values()].flatMap(({ lastFailedAt }) => (lastFailedAt === null ? [] : [lastFailedAt]));
  const since = failures.length === 0 ? null : Math.max(...failures);
  const later = since === null ? [] : [...slots].filter(([slot]) => slot * width >= since);
  return {
    service,
    revisions: [...revisions].map(([revision, counts]) => ({ revision, ...counts })),
    pace: paceOf(slots),
    after:
      since === null
        ? null
        : {
            since,
            passed: later.reduce((sum, [, { passed }]) => sum + passed, 0),
            lastAt: Math.max(since, ...later.map(([slot]) => (slot + 1) * width)),
          },
  };
}
