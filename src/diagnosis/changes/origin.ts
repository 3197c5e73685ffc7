import { MINUTE, sayDuration, sayMinute } from '../../core/duration.ts';
import type { AdminChange, Observation, ServiceObservation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Counted } from '../../core/model/trial.ts';
import { harmOf, percent, servingRevisions } from '../observation-queries.ts';
import type { JudgeInput } from '../witnesses/judge-input.ts';
import { rate } from '../witnesses/turned-away.ts';
import { PUTS_IN_FORCE } from './onset.ts';
import { tookTraffic } from './took-traffic.ts';
import type { TookTraffic } from './took-traffic.ts';
import { usersOnset } from './users-onset.ts';
import type { UsersOnset } from './users-onset.ts';

/**
 * Since when users fail, and what was changed right before it: what came with a change is told as that, with both instants and both
 * figures. That it came of the change is not claimed. Where nothing was changed, that is told as far as it was read.
 */

/** Longer than a change takes to reach users, and short enough that little else fits in. */
const NEAR = 5 * MINUTE;
/** A minute of figures is no instant: what is logged within it may have been first. */
const AFTER = MINUTE;
const MOST_SERVICES = 2;
const MOST_CHANGES = 2;

type Facts = Pick<JudgeInput, 'servingSince' | 'unseen'>;

/** By service that fails, in words; none where no begin is known. Those that began first are told. Pure. */
export function originsOf(observation: Observation, spec: RemediationSpec, facts: Facts): readonly string[] {
  const failing = [...new Set(harmOf(observation).map(({ service }) => service))].flatMap((name) => {
    const service = observation.services[name];
    const onset = service === undefined ? null : usersOnset(service, spec.improvement.goals.errorRate);
    return service === undefined || onset === null ? [] : [{ service, onset }];
  });
  return failing
    .toSorted((one, other) => one.onset.at - other.onset.at)
    .slice(0, MOST_SERVICES)
    .map(({ service, onset }) => words(observation, spec, facts, { service, onset }));
}

interface Seen {
  readonly service: ServiceObservation;
  readonly onset: UsersOnset;
}

function words(observation: Observation, spec: RemediationSpec, facts: Facts, { service, onset }: Seen): string {
  const { at, since, until, before, beforeFrom, wellUntil } = onset;
  const more = rate(before) > spec.improvement.goals.errorRate ? ' more' : '';
  const figures = `${say(since)} until ${sayMinute(until)}, ${before.failed} of ${before.total} in the ${sayDuration(wellUntil - beforeFrom)} before`;
  const head = `users of ${service.name} fail${more} since ${sayMinute(at)} (${figures})`;
  const changes = changesAbout(observation, spec, facts, service);
  const near = changes.filter((change) => isNear(change.at, onset));
  if (near.length > 0) {
    const told = near.slice(0, MOST_CHANGES).map((change) => change.words);
    const shift = near.find(({ took }) => took !== undefined)?.took;
    return `${head}; at the same time ${told.join(', and ')}${shift === undefined ? '' : besideWords(service, shift)}: that they fail because of it is not shown by that`;
  }
  return `${head}; ${noneWords(observation, onset, changes)}`;
}

function isNear(changedAt: number, { at, wellUntil }: UsersOnset): boolean {
  return changedAt >= Math.min(at, wellUntil - MINUTE) - NEAR && changedAt < at + AFTER;
}

/** That nothing was changed can be said of what was read alone. */
function noneWords({ changes: { measuredAt, value } }: Observation, onset: UsersOnset, changes: readonly Change[]): string {
  const [last] = changes.filter(({ at }) => at < onset.at);
  const before =
    last === undefined
      ? ''
      : `; the last known before it, ${sayDuration(MINUTE * Math.round((onset.at - last.at) / MINUTE))} earlier: ${last.words}`;
  if (value === null || measuredAt === null || measuredAt < onset.at + AFTER)
    return `what was changed then is not known: the admin log was not read for it${before}`;
  return `no change of it, or of what it needs, is seen in the ${sayDuration(NEAR)} before${before}`;
}

interface Change {
  readonly at: number;
  readonly words: string;
  readonly took?: TookTraffic;
}

/** Newest first. */
function changesAbout(observation: Observation, spec: RemediationSpec, facts: Facts, service: ServiceObservation): readonly Change[] {
  const logged = (observation.changes.value ?? []).filter(
    (change) => PUTS_IN_FORCE.test(change.method) && isAbout(change, service, spec) && !isOurs(change, facts),
  );
  const shifts = tookTraffic(service).map((took): Change => {
    const own = logged.filter(({ resource, at }) => isOf(resource, service.name) && at > took.at - 2 * NEAR && at < took.at + AFTER)[0];
    return { at: took.at, took, words: shiftWords(took, own, facts.servingSince[service.name]) };
  });
  const others = logged
    .filter(({ resource, at }) => !isOf(resource, service.name) || !shifts.some((shift) => Math.abs(shift.at - at) <= 2 * NEAR))
    .map((change): Change => ({ at: change.at, words: loggedWords(change) }));
  return [...shifts, ...others, ...createdOf(service, shifts, facts)].toSorted((one, other) => other.at - one.at);
}

/** Of revisions that serve: where nobody saw them get users, that they are there is as old as this at most. */
function createdOf(service: ServiceObservation, shifts: readonly Change[], { unseen }: Facts): readonly Change[] {
  const serving = servingRevisions(service).filter((name) => shifts.every(({ took }) => took?.revision !== name));
  const revisions = service.state.value?.revisions.filter(({ name }) => serving.includes(name)) ?? [];
  const ours = unseen?.wroteAt?.[`service:${service.name}`] ?? 0;
  return revisions.map(({ name, createdAt }) => {
    const who = Math.abs(ours - createdAt) <= 2 * MINUTE ? ', by this run' : '';
    return { at: createdAt, words: `${name}, which serves, was created at ${instant(createdAt)}${who}` };
  });
}

function shiftWords({ revision, at, from, share }: TookTraffic, by: AdminChange | undefined, oursSince = 0): string {
  const part = share > 0.98 ? 'all of the traffic' : `${percent(share)} of the traffic`;
  const isOurs = Math.abs(oursSince - at) <= 2 * MINUTE;
  const who = isOurs ? ', by this run' : by === undefined ? '' : ` (a change by ${by.actor} at ${instant(by.at)})`;
  return `${revision} began at ${sayMinute(at)} to get ${part}, until then ${from[0]} had it${who}`;
}

function loggedWords({ at, actor, method, resource }: AdminChange): string {
  return `${actor} changed ${resource} (${method}) at ${instant(at)}`;
}

/** Who served before and serves beside it tells more than the order of two instants. */
function besideWords({ requests }: ServiceObservation, { revision, from }: TookTraffic): string {
  const counts = requests.freshness === 'fresh' ? (requests.value?.byRevision ?? {}) : {};
  const [name] = from.filter((one) => (counts[one]?.total ?? 0) >= 20);
  const [own, other] = [counts[revision], counts[name ?? '']];
  if (name === undefined || own === undefined || other === undefined) return '';
  const [ownFailed, otherFailed] = [own, other].map(({ serverErrors, turnedAway = 0 }) => serverErrors + turnedAway) as [number, number];
  const isAlike = otherFailed / other.total > (0.5 * ownFailed) / Math.max(1, own.total);
  return `; ${name} beside it fails ${isAlike ? 'alike, ' : ''}${otherFailed} of ${other.total} in the newest minutes`;
}

/** The service itself, what it calls by the document, and what lies beneath: accounts, secrets that it names, connectors, databases. */
function isAbout({ resource, method }: AdminChange, { name, state }: ServiceObservation, spec: RemediationSpec): boolean {
  if (neededBy(spec, [name]).some((needed) => isOf(resource, needed))) return true;
  const databases = spec.services.find((service) => service.name === name)?.databases ?? [];
  if (databases.some((instance) => resource === `instances/${instance}`)) return true;
  const template = state.value?.template;
  if (template?.connector != null && resource === `connectors/${template.connector}`) return true;
  const secrets = Object.values(template?.secrets ?? {}).map((version) => version.split(':')[0] ?? version);
  if (secrets.some((secret) => `${resource}/`.startsWith(`secrets/${secret}/`))) return true;
  return method.endsWith('SetIamPolicy') && !/^(?:services|secrets)\//.test(resource);
}

/** These services, and all that they call by the document at any remove. */
function neededBy(spec: RemediationSpec, names: readonly string[]): readonly string[] {
  const called = spec.services.filter(({ name }) => names.includes(name)).flatMap(({ dependsOn }) => dependsOn);
  const all = [...new Set([...names, ...called])];
  return all.length === names.length ? all : neededBy(spec, all);
}

function isOf(resource: string, service: string): boolean {
  return resource === `services/${service}`;
}

/** What this run wrote last of a thing, and what came before that since the run began, is its own or was told as a change by others. */
function isOurs({ resource, at }: AdminChange, { unseen }: Facts): boolean {
  if (unseen === undefined || at < unseen.since) return false;
  const subject = resource.replace(/^([a-z]+)s\//, '$1:');
  return at <= (unseen.wroteAt?.[subject] ?? Number.NEGATIVE_INFINITY) + MINUTE / 2;
}

function say({ total, failed }: Counted): string {
  return `${failed} of ${total} requests (${percent(rate({ total, failed }))})`;
}

function instant(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
