import type { Evidence } from '../core/model/diagnosis.ts';
import type { LogGroup, Observation, ServiceObservation, ServiceState, TrafficTarget } from '../core/model/observation.ts';
import { MINUTE } from '../core/duration.ts';
import { oncePerLook } from './once-per-look.ts';
import { isTurnedAway } from './witnesses/reach.ts';
import { signatureOf } from './signatures.ts';

/** A death older than this is history: it does not speak about what serves now. */
const DEATH_MEMORY_MS = 15 * MINUTE;

/** Cloud Run's own word that it turned a request away: it had no instance for it. */
export const NO_INSTANCE = 'no-available-instance';

/** Log groups of a service (and revision), or an empty list; ask `observation.logs` whether they could be read at all. */
export function groupsOf(observation: Observation, service: string, revision?: string): readonly LogGroup[] {
  const groups = observation.logs.value ?? [];
  return groups.filter((group) => group.service === service && (revision === undefined || group.revision === revision));
}

/** Percent by revision of a vector, LATEST resolved by what it stands for; entries that cannot be resolved are under `''`. */
export function percentByRevision(vector: readonly TrafficTarget[], latestReady: string | null): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const target of vector) {
    if (target.percent <= 0) continue;
    const revision = target.revision ?? (target.latest ? latestReady : null) ?? '';
    shares.set(revision, (shares.get(revision) ?? 0) + target.percent);
  }
  return shares;
}

/** Revisions that get traffic now, by `trafficStatuses` (gcp-facts 2.3), largest share first; empty when the state is unknown. */
export function servingRevisions(service: ServiceObservation): readonly string[] {
  const state = service.state.value;
  if (state === null) return [];
  const shares = effectiveShares(state);
  return [...shares]
    .sort((a, b) => b[1] - a[1])
    .map(([revision]) => revision)
    .filter((revision) => revision !== '');
}

/** Percent by revision in force; an empty status list means 100 % to the latest ready revision (gcp-facts 2.2). */
export function effectiveShares(state: ServiceState): ReadonlyMap<string, number> {
  if (state.trafficStatuses.length > 0) return percentByRevision(state.trafficStatuses, state.latestReadyRevision);
  if (state.traffic.length > 0) return percentByRevision(state.traffic, state.latestReadyRevision);
  return new Map([[state.latestReadyRevision ?? '', 100]]);
}

/**
 * How often a container of these groups died, as the platform’s own log tells: one death may leave several of its lines, so the
 * exits count, or the other endings where those are more. What a program says of its workers is no death.
 */
export function deathsIn(groups: readonly LogGroup[]): number {
  const count = (wanted: (id: string) => boolean): number =>
    groups
      .filter(({ signature }) => signatureOf(signature)?.kills === true && wanted(signature))
      .reduce((sum, group) => sum + group.count, 0);
  const startUps = count((id) => id === 'start-up-failed');
  const killed = count((id) => id !== 'container-exit' && id !== 'start-up-failed');
  return (
    Math.max(
      count((id) => id === 'container-exit'),
      killed,
    ) || startUps
  );
}

/** Requests that the logs show to have failed: Cloud Run's own reasons, else the statuses. */
export function failuresIn(groups: readonly LogGroup[]): number {
  return groups.filter(({ signature }) => isFailure(signature)).reduce((sum, group) => sum + group.count, 0);
}

/**
 * Whether such a line is a request that failed in or behind the service. Who is turned away at the door says nothing of the service:
 * anybody outside can knock without a token. In a capture such requests are counted as failed by its reader.
 */
export function isFailure(signature: string): boolean {
  return signature !== 'not-let-in' && signatureOf(signature)?.role === 'consequence';
}

/** Groups whose newest line is recent enough to speak about now. */
export function recentGroups(groups: readonly LogGroup[], now: number): readonly LogGroup[] {
  return groups.filter((group) => now - group.lastAt <= DEATH_MEMORY_MS);
}

/** Sum of the counts. */
export function countOf(groups: readonly LogGroup[]): number {
  return groups.reduce((sum, group) => sum + group.count, 0);
}

/** A place where something goes wrong: a revision (or `''` when it is not known), and how much. */
export interface Harm {
  readonly service: string;
  readonly revision: string;
  readonly amount: number;
  /** So many of it are deaths of containers. */
  readonly deaths: number;
  /** Its containers die and no request is known to pass: what fails between two deaths fails because of them. */
  readonly down: boolean;
}

/** What goes wrong, in failing requests (metrics, else logs), deaths and failed probes: the measure that shares are earned by. */
export const harmOf = oncePerLook((observation): readonly Harm[] =>
  knownServices(observation).flatMap((service) => harmOfService(observation, service)),
);

/** Every service that is known by name: from the look itself, and from the log lines (a capture knows nothing else). */
export const knownServices = oncePerLook((observation): readonly string[] => {
  const logged = (observation.logs.value ?? []).map((group) => group.service).filter((name) => name !== '');
  return [...new Set([...Object.keys(observation.services), ...logged])];
});

function harmOfService(observation: Observation, name: string): readonly Harm[] {
  const service = observation.services[name];
  const serving = service === undefined ? [] : servingRevisions(service);
  const byRevision = service?.requests.value?.byRevision ?? {};
  const groups = recentGroups(groupsOf(observation, name), observation.at);
  const revisions = new Set([...serving, ...groups.map((group) => group.revision), ...Object.keys(byRevision)]);
  const places = [...revisions].map((revision) => {
    const own = groups.filter((group) => group.revision === revision);
    const failed = byRevision[revision]?.serverErrors ?? 0;
    const deaths = deathsIn(own);
    const passed = byRevision[revision] === undefined ? 0 : byRevision[revision].total - failed;
    const down = deaths > 0 && passed <= 0.05 * (passed + failed);
    return { service: name, revision, amount: Math.max(failed, failuresIn(own)) + deaths, deaths, down };
  });
  const badProbes = service?.probes.filter((probe) => probe.outcome !== 'ok' && !isTurnedAway(probe, service)).length ?? 0;
  if (badProbes > 0)
    places.push({ service: name, revision: serving[0] ?? '', amount: badProbes, deaths: 0, down: places.some(({ down }) => down) });
  return places.filter((place) => place.amount > 0);
}

/** A group as a line that can be opened. */
function groupEvidence(group: LogGroup): Evidence {
  const says = signatureOf(group.signature)?.says ?? 'lines that match no known mechanism';
  const where = group.revision === '' ? group.service : group.revision;
  const facts = Object.entries(group.facts).map(([name, value]) => `${name} ${value}`);
  const known = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  const source = group.insertId === null ? `log ${where}` : `log ${where} insertId="${group.insertId}"`;
  return { source, at: group.lastAt, text: `${group.count} × ${says}${known} in ${where}: ${group.sample}` };
}

/** The same groups, most frequent first, at most `limit`, as evidence. */
export function evidenceOf(groups: readonly LogGroup[], limit = 4): readonly Evidence[] {
  return [...groups]
    .sort((a, b) => b.count - a.count)
    .slice(0, limit)
    .map(groupEvidence);
}

/** `0.873` as `87 %`; small rates keep a digit. */
export function percent(ratio: number): string {
  const value = ratio * 100;
  return `${value >= 10 || value === 0 ? Math.round(value) : Number(value.toFixed(1))} %`;
}

/** Instances of the revisions that serve, as counted; null: not counted in this look. */
export function instancesServing(service: ServiceObservation): number | null {
  if (service.instances.freshness !== 'fresh' || service.instances.value === null) return null;
  const serving = servingRevisions(service);
  return Object.entries(service.instances.value).reduce((sum, [revision, count]) => sum + (serving.includes(revision) ? count : 0), 0);
}
