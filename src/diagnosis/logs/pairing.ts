import { SECOND } from '../../core/duration.ts';

/** What one entry is for pairing: a failed request (with how long it took), a death, and whether it also speaks for something. */
interface Paired {
  readonly place: string;
  /** Its container by a name of its own; all of a place that name none are one. */
  readonly container: string;
  readonly named: boolean;
  readonly at: number;
  readonly failure: { readonly latencyMs: number } | null;
  readonly death: boolean;
  /** The group that the line is counted in, when it may explain something; null: it explains nothing. */
  readonly speaksFor: string | null;
}

/**
 * Which parts (0..1) of the failures and the deaths of its place a group’s lines stand beside; null: there were none. And which part of
 * the lines stands beside any: what is said all the time stands beside everything by chance.
 */
export interface Beside {
  readonly failures: number | null;
  readonly deaths: number | null;
  readonly lines: number;
}

/** Pairs lines with failures by container and time, in bounded memory and whatever the order of the entries. */
export interface Pairing {
  add(entry: Paired): void;
  beside(): ReadonlyMap<string, Beside>;
}

/** In one container a line and its failure are at most so far apart, the time of the request itself not counted. */
const SAME_CONTAINER = 10 * SECOND;
/** Where one of them names no container. */
const ANYWHERE = 3 * SECOND;
/** A program that dies has said why at most so long before. */
const BEFORE_DEATH = 60 * SECOND;
/** Answers are waited for an hour at most (gcp-facts 2.5). */
const LONGEST = 3_600 * SECOND;
const MOST_EVENTS = 60_000;
const MOST_OF_ONE = 8_000;

/** All that is kept of one container of one revision. */
interface Container {
  readonly place: string;
  readonly named: boolean;
  readonly failures: { readonly from: number; readonly to: number }[];
  readonly deaths: number[];
  readonly lines: Map<string, number[]>;
  events: number;
}

/** Containers are sampled, each whole or not at all, when there are too many events; one that has too many keeps its first. */
export function createPairing(): Pairing {
  const containers = new Map<string, Container>();
  let events = 0;
  let sampled = 1;
  return {
    add({ place, container, named, at, failure, death, speaksFor }) {
      if (sampled > 1 && named && hash(container) % sampled !== 0) return;
      const kept = containers.get(container) ?? {
        place,
        named,
        failures: [],
        deaths: [],
        lines: new Map<string, number[]>(),
        events: 0,
      };
      if (kept.events >= MOST_OF_ONE) return;
      containers.set(container, kept);
      if (failure !== null) kept.failures.push({ from: at, to: at + Math.min(LONGEST, Math.max(0, failure.latencyMs)) });
      if (death) kept.deaths.push(at);
      if (speaksFor !== null) linesOf(kept, speaksFor).push(at);
      kept.events += 1;
      events += 1;
      if (events <= MOST_EVENTS) return;
      sampled *= 2;
      for (const [name, each] of containers)
        if (each.named && hash(name) % sampled !== 0) {
          containers.delete(name);
          events -= each.events;
        }
    },
    beside: () => besideOf([...containers.values()]),
  };
}

function linesOf(container: Container, group: string): number[] {
  const known = container.lines.get(group);
  if (known !== undefined) return known;
  const fresh: number[] = [];
  container.lines.set(group, fresh);
  return fresh;
}

function hash(text: string): number {
  let value = 5_381;
  for (let index = 0; index < text.length; index += 1) value = ((value * 33) ^ text.charCodeAt(index)) >>> 0;
  return value >>> 4;
}

function besideOf(containers: readonly Container[]): ReadonlyMap<string, Beside> {
  for (const { lines } of containers) for (const times of lines.values()) times.sort((a, b) => a - b);
  const result = new Map<string, Beside>();
  for (const own of Map.groupBy(containers, ({ place }) => place).values()) {
    const everywhere = merged(own);
    const failures = own.reduce((sum, each) => sum + each.failures.length, 0);
    const deaths = own.reduce((sum, each) => sum + each.deaths.length, 0);
    for (const [group, all] of everywhere) {
      const open: { readonly from: number; readonly to: number }[] = [];
      const spare: number[] = [];
      let besideFailures = 0;
      let besideDeaths = 0;
      let lone = 0;
      for (const { named, lines, ...of } of own) {
        const same = lines.get(group) ?? [];
        const used = new Set<number>();
        for (const failure of of.failures) {
          const first = named ? firstWithin(same, failure.from - SAME_CONTAINER, failure.to + SAME_CONTAINER) : -1;
          if (first < 0) open.push(failure);
          else {
            besideFailures += 1;
            for (let at = first; at < same.length && !used.has(at) && (same[at] ?? 0) <= failure.to + SAME_CONTAINER; at += 1) used.add(at);
          }
        }
        for (let at = 0; at < same.length; at += 1) {
          if (used.has(at)) continue;
          const line = same[at] ?? 0;
          spare.push(line);
          if (!of.deaths.some((death) => line >= death - BEFORE_DEATH && line <= death + SAME_CONTAINER)) lone += 1;
        }
        besideDeaths += of.deaths.filter((at) =>
          // A report that names no container sums up what containers have said before it.
          named ? within(same, at - BEFORE_DEATH, at + SAME_CONTAINER) : within(all, at - BEFORE_DEATH, at + ANYWHERE),
        ).length;
      }
      const elsewhere = oneToOne(open, spare);
      besideFailures += elsewhere;
      result.set(group, {
        failures: failures === 0 ? null : besideFailures / failures,
        deaths: deaths === 0 ? null : besideDeaths / deaths,
        lines: 1 - Math.max(0, lone - elsewhere) / Math.max(1, all.length),
      });
    }
  }
  return result;
}

/** Failures that have a line near them in time although not in their container; each line counts for one. */
function oneToOne(failures: readonly { readonly from: number; readonly to: number }[], lines: readonly number[]): number {
  const times = [...lines].sort((a, b) => a - b);
  let next = 0;
  let found = 0;
  for (const { from, to } of [...failures].sort((a, b) => a.to - b.to)) {
    while (next < times.length && (times[next] ?? 0) < from - ANYWHERE) next += 1;
    if (next < times.length && (times[next] ?? 0) <= to + ANYWHERE) {
      found += 1;
      next += 1;
    }
  }
  return found;
}

function merged(containers: readonly Container[]): ReadonlyMap<string, readonly number[]> {
  const all = new Map<string, number[]>();
  for (const { lines } of containers) for (const [group, times] of lines) all.set(group, (all.get(group) ?? []).concat(times));
  for (const times of all.values()) times.sort((a, b) => a - b);
  return all;
}

function within(times: readonly number[], from: number, to: number): boolean {
  return firstWithin(times, from, to) >= 0;
}

/** Where the first of these instants, which are sorted, stands that lies within; -1 without one. */
function firstWithin(times: readonly number[], from: number, to: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low < times.length && (times[low] ?? 0) <= to ? low : -1;
}
