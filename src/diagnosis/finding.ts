import type { CauseKind, Evidence } from '../core/model/diagnosis.ts';
import type { LogGroup, Observation } from '../core/model/observation.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { groupsOf, knownServices, recentGroups, servingRevisions } from './reading.ts';
import type { Harm } from './reading.ts';

/** A cause before its share is known. */
export interface Finding {
  readonly kind: CauseKind;
  readonly subject: string;
  readonly confidence: number;
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  /** Whether this harm can come from it. */
  readonly covers: (harm: Harm) => boolean;
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
  return knownServices(observation).flatMap((service) => {
    const inUse = revisionsInUse(observation, service);
    return recentGroups(groupsOf(observation, service), observation.at).filter(
      (group) => signatures.includes(group.signature) && (inUse.includes(group.revision) || group.revision === ''),
    );
  });
}

/** The harm at the places where these groups were logged. */
export function atPlacesOf(groups: readonly LogGroup[]): (harm: Harm) => boolean {
  const places = new Set(groups.map((group) => `${group.service}\n${group.revision}`));
  const services = new Set(groups.map((group) => group.service));
  return (harm) => (harm.revision === '' ? services.has(harm.service) : places.has(`${harm.service}\n${harm.revision}`));
}

/** Evidence from a measured value. */
export function measuredEvidence(value: { readonly source: string; readonly measuredAt: number | null }, text: string): Evidence {
  return { source: value.source, at: value.measuredAt, text };
}

/** Distinct values of one fact, in words; '' when none was read. */
export function factOf(groups: readonly LogGroup[], name: string): string {
  return [...new Set(groups.flatMap((group) => (group.facts[name] === undefined ? [] : group.facts[name].split(', '))))].join(', ');
}
