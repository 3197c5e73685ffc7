import { sayMinute } from '../../core/duration.ts';
import type { PlanScope } from '../../planning/step-decisions.ts';
import type { Observation, RevisionState, ServiceState } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { RevisionRecord, TrackRecord } from '../../core/model/testimony.ts';
import type { Counted } from '../../core/model/trial.ts';
import { diesOfItself, readCrash } from '../../diagnosis/logs/crash.ts';
import { isLate, lateFrom, lost, sayServed, servedBadlier, servedBetter, together } from '../../diagnosis/witnesses/served.ts';
import { separatedRevisions } from '../../diagnosis/witnesses/separated.ts';
import { effectiveShares } from '../../diagnosis/observation-queries.ts';

export interface Candidate {
  readonly revision: string;
  /** Why this one, in words. */
  readonly because: string;
  /** It served within the goals; else it only served better than what serves now. */
  readonly isHealthy: boolean;
}

interface Served {
  readonly revision: RevisionState;
  readonly record: RevisionRecord;
}

/** What is known of revisions. */
export type KnownOf = Pick<PlanScope, 'observation' | 'spec' | 'revisions' | 'illAlone'>;

/**
 * The revision to go back to: ready, not dying of itself, not of the image of one that does, and one that has served users, by
 * the requests of the last day and of the run. Preferred: the one that last served within the goals, neither failing nor late; else one
 * that served them surely better than what serves now. What has all the traffic already is no way back, nor what fails beside one
 * that does not. Nothing that never served is ever
 * chosen: null, and a human is asked.
 */
export function lastHealthy({ observation, spec, revisions, illAlone }: KnownOf, service: string): Candidate | null {
  const state = observation.services[service]?.state.value;
  if (!state) return null;
  const records = revisions[service] ?? {};
  const noWayBack = [servesAlone(state), illAlone[service]?.revision, ...failingArms(observation, state)];
  const served = possible(observation, service, state).flatMap((revision): readonly Served[] => {
    const record = records[revision.name];
    const isKnownGood = record !== undefined && record.lastServedAt !== null && !noWayBack.includes(revision.name);
    return isKnownGood ? [{ revision, record }] : [];
  });
  const newest = served.sort((a, b) => (b.record.lastServedAt ?? 0) - (a.record.lastServedAt ?? 0));
  const { errorRate } = spec.improvement.goals;
  const within = (failed: (record: RevisionRecord) => number) =>
    newest.find(({ record }) => failed(record) / record.total <= errorRate && !isLate(record));
  // Who turned users away is second to who served all; an application that limits its clients may have no other.
  const well = within((record) => lost(record).failed) ?? within(({ failed }) => failed);
  const say = sayer(spec);
  if (well) return { revision: well.revision.name, because: `it has served users well: ${say(well.record)}`, isHealthy: true };
  const better = newest.find(({ revision, record }) => servedBetter(record, servedByOthers(state, records, revision.name)) !== null);
  return better
    ? {
        revision: better.revision.name,
        because: `it has failed fewer of its users than what serves now: ${say(better.record)}`,
        isHealthy: false,
      }
    : null;
}

/** Of those that share the traffic: where users tell them apart in the same minutes, those that are not spared, however well they once served. */
function failingArms(observation: Observation, state: ServiceState): readonly string[] {
  const apart = separatedRevisions(observation, state.name);
  return apart === null ? [] : [...effectiveShares(state).keys()].filter((name) => name === apart.revision || !apart.spared.includes(name));
}

/** The revision that has all the traffic; null: several share it, or it is not known. */
export function servesAlone(state: ServiceState): string | null {
  const [[name, share] = [null, 0]] = effectiveShares(state);
  return share === 100 ? name : null;
}

/** Whether `target` is known to have served users surely worse than what else serves now, too late included: words, or null. */
export function servedWorse(
  { spec, revisions }: Pick<PlanScope, 'spec' | 'revisions'>,
  state: ServiceState,
  target: string,
): string | null {
  const records = revisions[state.name] ?? {};
  const record = records[target];
  const now = servedByOthers(state, records, target);
  if (record === undefined || !servedBadlier(record, now)) return null;
  const say = (counted: Counted): string => sayServed(counted, lateFrom(spec));
  return `${target} served users worse than what serves now: ${say(record)} against ${say(now)}`;
}

/** Ready, not seen dying of itself, not of the image of one that was. */
function possible(observation: Observation, service: string, state: ServiceState): readonly RevisionState[] {
  const seen = state.revisions.map((revision) => ({ revision, crash: readCrash(observation, service, revision.name) }));
  const badImages = new Set(
    seen.filter(({ crash, revision }) => diesOfItself(crash) && isExact(revision.image)).map(({ revision }) => revision.image),
  );
  return seen
    .filter(({ revision, crash }) => revision.ready === 'yes' && !diesOfItself(crash) && !badImages.has(revision.image))
    .map(({ revision }) => revision);
}

/** What the other serving revisions together have answered. */
function servedByOthers(state: ServiceState, records: TrackRecord[string], except: string): Counted {
  return servedBy(
    [...effectiveShares(state).keys()].filter((name) => name !== except),
    records,
  );
}

/** What these revisions together have answered. */
export function servedBy(revisions: readonly string[], records: TrackRecord[string]): Counted {
  return together(revisions.flatMap((name) => records[name] ?? []));
}

function sayer(spec: RemediationSpec): (record: RevisionRecord) => string {
  return (record) => `${sayServed(record, lateFrom(spec))}${sayLast(record)}`;
}

/** What is known is the end of the step in which it served last, which may be an hour long. '' where it never did. */
export function sayLast({ lastServedAt }: Pick<RevisionRecord, 'lastServedAt'>): string {
  return lastServedAt === null ? '' : `, the last of them before ${sayMinute(lastServedAt)}`;
}

/** A digest names one image for ever; a tag may have moved since. */
function isExact(image: string): boolean {
  return image.includes('@sha256:');
}
