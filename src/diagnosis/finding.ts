import type { CauseKind, Cure, Evidence } from '../core/model/diagnosis.ts';
import type { LogGroup, Observation } from '../core/model/observation.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { groupsOf, knownServices, recentGroups, servingRevisions } from './observation-queries.ts';
import type { Harm } from './observation-queries.ts';
import { oncePerLook } from './once-per-look.ts';
import { signatureOf } from './signatures.ts';

/** A cause before its share is known. */
export interface Finding {
  readonly kind: CauseKind;
  readonly subject: string;
  readonly confidence: number;
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  /** Whether this harm can come from it. */
  readonly covers: (harm: Harm) => boolean;
  /** The part (0..1) of that harm that it explains; missing: all of it. */
  readonly explains?: (harm: Harm) => number;
  /** Of the lines that it stands on, the part (0..1) that stands beside failures there; missing: all of them. */
  readonly apart?: (harm: Harm) => number;
  /** It is what a client notices of some other cause: it explains only what no reason explains. */
  readonly effect?: true;
  /** Services that fail surely more than it can explain; missing: none is known. */
  readonly notOf?: readonly string[];
  /** What cures it; missing: what cures its kind in general. */
  readonly cures?: readonly Cure[];
}

/** One line of the diagnostic table: looks for one kind of cause. */
export type Rule = (observation: Observation, spec: RemediationSpec) => readonly Finding[];

/** Revisions that users meet: those with traffic; where traffic is unknown, all that logged something. */
export function revisionsInUse(observation: Observation, service: string): readonly string[] {
  const seen = observation.services[service];
  const serving = seen === undefined ? [] : servingRevisions(seen);
  if (serving.length > 0) return serving;
  return [...new Set(groupsOf(observation, service).map((group) => group.revision))].filter((revision) => revision !== '');
}

/** Recent groups of all revisions in use that carry one of these signatures. */
export function signs(observation: Observation, ...signatures: readonly string[]): readonly LogGroup[] {
  return recentInUse(observation).filter(({ signature }) => signatures.includes(signature));
}

/** Recent groups of all revisions in use: every rule looks among these for its own. */
export const recentInUse = oncePerLook((observation): readonly LogGroup[] =>
  knownServices(observation).flatMap((service) => {
    const inUse = revisionsInUse(observation, service);
    return recentGroups(groupsOf(observation, service), observation.at).filter(
      ({ revision }) => inUse.includes(revision) || revision === '',
    );
  }),
);

/** The harm at the places where these groups were logged. */
export function atPlacesOf(groups: readonly LogGroup[]): (harm: Harm) => boolean {
  const places = new Set(groups.map((group) => `${group.service}\n${group.revision}`));
  const services = new Set(groups.map((group) => group.service));
  return (harm) => (harm.revision === '' ? services.has(harm.service) : places.has(`${harm.service}\n${harm.revision}`));
}

/**
 * Where only figures tell of failures, one line may stand for so many of them: Monitoring counts every request, while a look reads
 * the newest lines alone, and programs do not write one for each request. Ours to choose; a single stray line explains little by it.
 */
const STANDS_FOR = 10;

/**
 * The part of a place’s harm that these lines stand beside: paired by container and time where failures were logged, else no more
 * failures than the lines may stand for.
 */
export function lineClaim(groups: readonly LogGroup[]): Required<Pick<Finding, 'explains' | 'apart'>> {
  return {
    explains: (harm) => Math.min(1, sum(ownOf(groups, harm).map((group) => besideOf(group, harm))) / harm.amount),
    apart: (harm) => {
      const own = ownOf(groups, harm);
      const all = sum(own.map((group) => besideOf(group, harm)));
      return all === 0 ? 1 : sum(own.map((group) => besideOf(group, harm) * (group.beside?.lines ?? 1))) / all;
    },
  };
}

function ownOf(groups: readonly LogGroup[], { service, revision }: Harm): readonly LogGroup[] {
  return groups.filter((group) => group.service === service && (revision === '' || group.revision === revision));
}

function besideOf({ beside, count }: LogGroup, { amount, deaths, down }: Harm): number {
  if (beside === undefined) return Math.min(count * STANDS_FOR, amount);
  const failures = amount - deaths;
  const near = Math.max(beside.failures ?? 0, down ? (beside.deaths ?? 0) : 0);
  const ofFailures = beside.failures === null && !down ? Math.min(1, (count * STANDS_FOR) / Math.max(1, failures)) : near;
  return failures * ofFailures + deaths * (beside.deaths ?? 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** What cures the reasons of these groups. */
export function curesOf(groups: readonly LogGroup[]): readonly Cure[] {
  return [...new Set(groups.flatMap(({ signature }) => signatureOf(signature)?.cures ?? []))];
}

/** Evidence from a measured value. */
export function measuredEvidence(value: { readonly source: string; readonly measuredAt: number | null }, text: string): Evidence {
  return { source: value.source, at: value.measuredAt, text };
}

/** Distinct values of one fact, in words; '' when none was read. */
export function factOf(groups: readonly LogGroup[], name: string): string {
  return [...new Set(groups.flatMap((group) => (group.facts[name] === undefined ? [] : group.facts[name].split(', '))))].join(', ');
}
