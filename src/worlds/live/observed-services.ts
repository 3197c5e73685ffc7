import type { Measured } from '../../core/model/measured.ts';
import type { DatabaseObservation, LogGroup, Observation, ServiceObservation, ServiceState } from '../../core/model/observation.ts';
import type { RemediationSpec, ServiceSpec } from '../../core/model/spec.ts';
import type { WayIn } from '../../core/model/way-in.ts';

/** One look at the environment of a document, as a world is drawn from it. */
export interface LiveLook {
  readonly spec: RemediationSpec;
  readonly observation: Observation;
  /** Null: the document names no load balancer. */
  readonly waysIn: Measured<readonly WayIn[]> | null;
}

/** A service of the document that is there, with what the world needs of it worked out once. */
export interface LiveService {
  readonly spec: ServiceSpec;
  readonly seen: ServiceObservation;
  readonly state: ServiceState;
  /** Short names of the revisions that have traffic, with their percent. */
  readonly serving: readonly { readonly revision: string; readonly percent: number; readonly tag: string | null }[];
  /** Requests a second, callers of the document included; null: not measured. */
  readonly rate: number | null;
  readonly isIll: (revision: string) => boolean;
}

/** Of the requests to a revision, so many failed where its instances are drawn as broken. */
const BROKEN = 0.5;

export function servicesSeen({ spec, observation }: LiveLook): readonly LiveService[] {
  return spec.services.flatMap((service): readonly LiveService[] => {
    const seen = observation.services[service.name];
    const state = seen?.state.value ?? null;
    if (seen === undefined || state === null) return [];
    return [
      {
        spec: service,
        seen,
        state,
        serving: servingOf(state),
        rate: rateOf(seen),
        isIll: (revision) => failedShare(seen, revision) >= BROKEN,
      },
    ];
  });
}

function servingOf(state: ServiceState): LiveService['serving'] {
  const targets = state.trafficStatuses.length > 0 ? state.trafficStatuses : state.traffic;
  return targets.flatMap(({ revision, percent, tag }) => (revision === null ? [] : [{ revision, percent, tag }]));
}

/** By the newest step of the last hour that is whole; else by the requests of the look. */
function rateOf({ hour, requests }: ServiceObservation): number | null {
  const whole = (hour?.value ?? []).slice(0, -1).at(-1);
  const stats = whole ?? requests.value;
  const untilAt = whole?.untilAt ?? requests.value?.untilAt ?? requests.measuredAt;
  if (stats === null || stats === undefined || untilAt === null || untilAt <= stats.sinceAt) return null;
  return Math.round((stats.total * 100_000) / (untilAt - stats.sinceAt)) / 100;
}

/** Of the requests to a revision in the look; 0 where none were counted. */
export function failedShare({ requests }: ServiceObservation, revision: string): number {
  const counted = requests.value?.byRevision[revision];
  return counted === undefined || counted.total === 0 ? 0 : counted.serverErrors / counted.total;
}

/** Log lines so old still speak of now. */
const LATELY_MS = 5 * 60_000;

/** What the logs say of a revision lately, by signature. */
export function loggedOf({ observation }: LiveLook, service: string, revision: string): (signature: string) => LogGroup | undefined {
  const groups = (observation.logs.value ?? []).filter(
    (group) => group.service === service && group.revision === revision && group.lastAt >= observation.at - LATELY_MS,
  );
  return (signature) => groups.find((group) => group.signature === signature);
}

/** From this use of its processors on, with all its instances in use, a connector loses what it should carry. */
const FULL = 0.9;

export function connectorIsFull({ observation }: LiveLook, name: string | undefined): boolean {
  const connector = name === undefined ? undefined : observation.connectors[name];
  const most = connector?.state.value?.maxInstances;
  return (connector?.cpuP99.value ?? 0) >= FULL && most !== undefined && (connector?.instances.value ?? most) >= most;
}

/** From this part of its connections on, a database refuses some that want one. */
const TAKEN = 0.95;

export function databaseIsFull({ observation }: LiveLook, { spec }: LiveService): boolean {
  const database = databaseSeen(observation, spec);
  const most = database?.state.value?.maxConnections ?? null;
  return most !== null && (database?.connections.value ?? 0) >= TAKEN * most;
}

/** What was seen of the database that a simulated application of this service has. */
export function databaseSeen({ databases }: Observation, { databases: used }: ServiceSpec): DatabaseObservation | undefined {
  return used.map((name) => databases[name]).find((seen) => seen !== undefined);
}

/** What of the network around a service fails it now, as its logs say. */
export function cutOff(live: LiveService, look: LiveLook): 'names' | 'admin-api' | null {
  const ill = live.serving.filter(({ revision }) => live.isIll(revision));
  const logged = (signature: string): boolean =>
    ill.some(({ revision }) => loggedOf(look, live.spec.name, revision)(signature) !== undefined);
  if (connectorIsFull(look, live.state.template.connector?.split('/').at(-1))) return null;
  if (logged('name-resolution')) return 'names';
  return logged('admin-api-unreachable') && live.spec.databases.length > 0 ? 'admin-api' : null;
}

/** `90s`, `5m` or `31h` as a world file writes it; at least a second. */
export function durationText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  if (seconds % 3_600 === 0) return `${seconds / 3_600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
