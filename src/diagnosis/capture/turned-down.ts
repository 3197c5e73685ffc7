import { percent } from '../observation-queries.ts';

/** Requests that a service answered itself, and turned down: users without a right, and pushes of Google's that are not taken. */

/** Who of Google pushes, and what follows where an answer is not 2xx (their pages on push delivery and retries). */
const PUSHERS: readonly (readonly [RegExp, string, string])[] = [
  [/CloudPubSub/i, 'Pub/Sub', 'not acknowledged, and pushed again'],
  [/Google-Cloud-Tasks/i, 'Cloud Tasks', 'taken for failed, and tried again'],
  [/Google-Cloud-Scheduler/i, 'Cloud Scheduler', 'taken for failed'],
  [/Eventarc|APIs-Google/i, 'Eventarc or Pub/Sub', 'not acknowledged, and pushed again'],
];
const WITHOUT_RIGHT = new Set([401, 403, 429]);
const MOST_SERVICES = 1_000;
/** From here on a share of the requests is no chance and no stray visitor. */
const MOST_OF = 0.5;
const NEARLY_ALL = 0.9;
const LEAST_USERS = 20;
const LEAST_PUSHES = 5;

type ByStatus = Record<number, number>;

interface Answered {
  total: number;
  readonly down: ByStatus;
}

/** By service and caller (`''`: users), what was answered with 4xx. Maps: names stand in the capture, where anybody may have written them. */
export type TurnedDown = ReadonlyMap<string, ReadonlyMap<string, Answered>>;

/** Counts them, in bounded memory. */
export interface TurnedDownCounts {
  add(service: string, userAgent: string, status: number): void;
  byService(): TurnedDown;
}

export function createTurnedDown(): TurnedDownCounts {
  const counts = new Map<string, Map<string, Answered>>();
  return {
    add(service, userAgent, status) {
      if (!counts.has(service) && counts.size >= MOST_SERVICES) return;
      const caller = PUSHERS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? '';
      const callers = counts.get(service) ?? new Map<string, Answered>();
      const answered = callers.get(caller) ?? { total: 0, down: {} };
      counts.set(service, callers.set(caller, answered));
      answered.total += 1;
      const isDown = status >= 400 && status < 500 && (caller !== '' || WITHOUT_RIGHT.has(status));
      if (isDown) answered.down[status] = (answered.down[status] ?? 0) + 1;
    },
    byService: () => counts,
  };
}

export interface TurnedDownWords {
  readonly words: string;
  /** No doubt is left that somebody is not served (`harm`); a program complains of it (`doubt`); or nothing else speaks of it. */
  readonly word: 'harm' | 'doubt' | 'silent';
}

/**
 * What is said of them: pushes by half, which Google repeats until they are taken; users by half, as harm where it is nearly all of them and a
 * line complains of about as many. `complaint` answers with the most frequent line of a service that looks like one.
 */
export function turnedDownWords(
  counts: TurnedDown,
  complaint: (service: string) => { readonly count: number; readonly sample: string } | undefined,
): readonly TurnedDownWords[] {
  return [...counts].flatMap(([service, callers]) =>
    [...callers].flatMap(([caller, { total, down }]) => {
      const away = Object.values(down).reduce((sum, count) => sum + count, 0);
      const least = caller === '' ? LEAST_USERS : LEAST_PUSHES;
      if (away < least || away < MOST_OF * total) return [];
      const what = `${away} of ${total} ${caller === '' ? `requests to ${service}` : `pushes of ${caller} (by their user agent) to ${service}`} were answered ${statuses(down)} (${percent(away / total)})`;
      const said = complaint(service);
      const isLoud = said !== undefined && said.count >= away / 2;
      const beside = isLoud
        ? `, and beside them stands ${said.count} × ${JSON.stringify(said.sample)}`
        : '; no line that looks like a failure stands beside them';
      const follows = PUSHERS.find(([, name]) => name === caller)?.[2];
      const isHarm = caller !== '' || (isLoud && away >= NEARLY_ALL * total);
      const word = isHarm ? 'harm' : isLoud ? 'doubt' : 'silent';
      return [{ words: `${what}${follows === undefined ? '' : `: ${follows}`}${beside}`, word }];
    }),
  );
}

function statuses(down: ByStatus): string {
  return Object.entries(down)
    .toSorted(([, one], [, other]) => other - one)
    .map(([status]) => status)
    .join(', ');
}
