import { AFTER_WRITE } from '../../core/evidence-asked.ts';
import type { LogGroup, Observation, ServiceObservation } from '../../core/model/observation.ts';
import type { Counted } from '../../core/model/trial.ts';
import { servingRevisions } from '../observation-queries.ts';
import type { Harm } from '../observation-queries.ts';
import { wilson } from '../figures/wilson-interval.ts';
import { chanceOfWorse } from '../figures/two-proportions.ts';

/** Lines that any failing program makes its service write: they do not tell whose failure it is. */
const ANYBODYS = ['server-error', 'request-timeout'];

export function isAnybodys({ signature }: LogGroup): boolean {
  return ANYBODYS.includes(signature);
}

/** What the users of one revision met; of a service of which one alone serves, of all of it. */
interface Place extends Counted {
  readonly name: string;
  readonly service: string;
  /** null: all of the service. */
  readonly revision: string | null;
}

/** A place that fails so much more than another that what all of the region meet is not its cause. */
export interface Spared extends Pick<Place, 'service' | 'revision'> {
  /** `shop-00002 fails 491 of 766 requests and shop-00001 59 of 707`. */
  readonly words: string;
  /** So much of what fails there is what all meet; 0: it is not told apart. */
  readonly ofAll: number;
}

/** So many times smaller is the failing share of what meets the same: revisions of one service meet it alike. */
const OTHER_REVISION = 1.5;
/** Services may meet it unlike; two others that agree tell more than one. */
const OTHER_SERVICE = 3;
const OTHER_SERVICES = 1.5;
/** The incident may have got worse meanwhile; what fails by it alone does not begin with a release. */
const OTHER_TIME = 3;
/** It has failed so much of its first step already as it fails lately: it has been so from the first. */
const FROM_THE_START = 0.75;

/**
 * Google's incident is of the region, a fault of our own is of one place: where users of one revision fail surely more than those of
 * another of the same service, or of the others of ours, the incident is not the cause there. `alsoServices`: what the incident is about reaches all
 * services; then lines of its own kind that explain half of what fails there speak for it. What served before it while the incident lasted
 * (`since`) counts as another revision, of another time. Places without enough counted requests are not judged.
 */
export function sparedBeside(
  observation: Observation,
  shown: readonly LogGroup[],
  { alsoServices, since }: { readonly alsoServices: boolean; readonly since: number | null },
): readonly Spared[] {
  const places = Object.values(observation.services).flatMap(placesOf);
  return places.flatMap((place) => {
    const former = since === null ? null : formerOf(observation.services[place.service], place, since);
    const siblings = places.filter((other) => other.service === place.service && isSurelyLess(other, place, OTHER_REVISION));
    const others = alsoServices && !hasLines(place, shown) ? sparedServices(place, places) : [];
    const earlier = former !== null && isSurelyLess(former, place, OTHER_TIME) ? [former] : [];
    const [spared] = [...siblings, ...earlier, ...others];
    if (spared === undefined) return [];
    const { name, service, revision, failed, total } = place;
    const words = `${name} fails ${failed} of ${total} requests and ${spared.name} ${spared.failed} of ${spared.total}`;
    return [{ service, revision, words, ofAll: spared === former ? rate(spared) / rate(place) : 0 }];
  });
}

/**
 * The revision that had the traffic until the one that serves got it, as the incident lasted already, by the steps of the hour; null: there is
 * none, or the present one was well at first.
 */
function formerOf(service: ServiceObservation | undefined, place: Place, since: number): Place | null {
  const steps = (service?.hour?.value ?? []).filter(({ sinceAt }) => sinceAt >= since);
  const [serving, ...more] = service === undefined ? [] : servingRevisions(service);
  if (serving === undefined || more.length > 0) return null;
  const first = steps.find(({ byRevision }) => (byRevision[serving]?.total ?? 0) >= AFTER_WRITE.leastRequests);
  const own = first?.byRevision[serving];
  if (first === undefined || own === undefined || wilson(own.serverErrors, own.total).upper < FROM_THE_START * rate(place)) return null;
  const until = steps.filter(({ sinceAt }) => sinceAt <= first.sinceAt);
  const former = until.flatMap(({ byRevision }) => Object.keys(byRevision)).findLast((name) => name !== serving);
  if (former === undefined) return null;
  const parts = until.map(({ byRevision }) => byRevision[former] ?? { total: 0, serverErrors: 0 });
  const [total, failed] = [parts.reduce((sum, part) => sum + part.total, 0), parts.reduce((sum, part) => sum + part.serverErrors, 0)];
  return { name: `${former}, before it and in the same incident,`, service: place.service, revision: former, total, failed };
}

/** Whether what goes wrong here goes wrong at that place. */
export function isAt({ service, revision }: Spared, harm: Harm): boolean {
  return harm.service === service && (revision === null || harm.revision === revision);
}

/** Other services that fail surely less: all of them by a little, or one by much. */
function sparedServices(place: Place, places: readonly Place[]): readonly Place[] {
  const others = places.filter(({ service }) => service !== place.service);
  const several = new Set(others.map(({ service }) => service)).size > 1;
  if (several && others.every((other) => isSurelyLess(other, place, OTHER_SERVICES))) return others.toSorted((a, b) => rate(b) - rate(a));
  return others.filter((other) => isSurelyLess(other, place, OTHER_SERVICE));
}

function hasLines(place: Place, shown: readonly LogGroup[]): boolean {
  const own = shown.filter((group) => group.service === place.service && !isAnybodys(group));
  return own.reduce((sum, { count }) => sum + count, 0) * 2 >= place.failed;
}

function isSurelyLess(other: Place, place: Place, times: number): boolean {
  const isLess = other.total >= AFTER_WRITE.leastRequests && rate(other) * times <= rate(place);
  return isLess && rate(place) - rate(other) >= AFTER_WRITE.leastPoints && chanceOfWorse(other, place) < AFTER_WRITE.chance;
}

function placesOf(service: ServiceObservation): readonly Place[] {
  const { name, requests } = service;
  if (requests.freshness !== 'fresh' || requests.value === null) return [];
  const serving = servingRevisions(service);
  const counted = Object.entries(requests.value.byRevision).filter(([, { total }]) => total >= AFTER_WRITE.leastRequests);
  // What no longer serves tells of before.
  const revisions = counted.filter(([revision]) => serving.length === 0 || serving.includes(revision));
  if (counted.length < 2) {
    const { total, serverErrors } = requests.value;
    return [{ name, service: name, revision: null, total, failed: serverErrors }];
  }
  return revisions.map(([revision, { total, serverErrors }]) => ({ name: revision, service: name, revision, total, failed: serverErrors }));
}

function rate({ total, failed }: Counted): number {
  return total === 0 ? 0 : failed / total;
}
