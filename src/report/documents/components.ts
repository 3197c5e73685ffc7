import { ofConnector } from '../../core/of-connector.ts';
import type { Cause, CauseKind, Diagnosis } from '../../core/model/diagnosis.ts';
import type { MutationReport } from '../run-report.ts';
import { isOfService, serviceIn } from '../../steps/subjects.ts';
import { nameIn } from '../../steps/index.ts';
import { isOpen, serviceOfCheck } from './checks.ts';
import type { Check } from './checks.ts';

/** What a component is; `other` where the evidence names something that is none of these. */
export type ComponentKind = 'service' | 'network' | 'database' | 'routing' | 'google' | 'other';

/** A part of the system that the evidence speaks of, that does not pass, or that the run has changed. */
export interface Component {
  readonly kind: ComponentKind;
  readonly name: string;
  readonly causes: readonly DiagnosedCause[];
  readonly checks: readonly Check[];
  readonly changes: readonly MutationReport[];
}

/** A cause with when it was diagnosed last, and whether the newest diagnosis still names it. */
export interface DiagnosedCause extends Cause {
  readonly at: number;
  readonly standsAt: number | null;
}

export const KIND_WORDS: Readonly<Record<ComponentKind, string>> = {
  service: 'Cloud Run service',
  network: 'Serverless VPC Access connector',
  database: 'Cloud SQL instance',
  routing: 'certificate or routing',
  google: 'Google Cloud itself',
  other: 'other',
};

/** Of what the subject of a cause is a part, where it is no service of the run. Total: a new cause must be decided here. */
const KINDS: Readonly<Record<CauseKind, ComponentKind>> = {
  'application-crash': 'other',
  configuration: 'other',
  'name-resolution': 'network',
  'connector-saturation': 'network',
  'database-unreachable': 'database',
  'connection-budget': 'database',
  pool: 'other',
  'revision-contention': 'other',
  'certificate-or-routing': 'routing',
  'quota-or-regional-shortage': 'google',
  'provider-incident': 'google',
  unknown: 'other',
};

/** The components in question, causes first; `services`: all that the run looks at. */
export function componentsOf(
  mutations: readonly MutationReport[],
  diagnoses: readonly Diagnosis[],
  checks: readonly Check[],
  services: readonly string[],
): readonly Component[] {
  const causes = causesOf(diagnoses);
  const places = new Map<string, Pick<Component, 'kind' | 'name'>>();
  const add = (place: Pick<Component, 'kind' | 'name'>): void => void places.set(`${place.kind} ${place.name}`, place);
  for (const cause of causes) add(placeOfCause(cause, services));
  for (const check of checks.filter(isOpen)) {
    const service = serviceOfCheck(check, services);
    if (service !== null) add({ kind: 'service', name: service });
  }
  for (const change of mutations) add(placeOfChange(change));
  return [...places.values()].map(({ kind, name }) => ({
    kind,
    name,
    causes: causes.filter((cause) => isSame(placeOfCause(cause, services), { kind, name })),
    checks: checks.filter((check) => belongs(check, kind, name, services)),
    changes: mutations.filter((change) => isSame(placeOfChange(change), { kind, name })),
  }));
}

/** Of each kind and subject the newest word, in all diagnoses of the run. */
function causesOf(diagnoses: readonly Diagnosis[]): readonly DiagnosedCause[] {
  const newest = diagnoses.at(-1)?.at ?? null;
  const seen = new Map<string, DiagnosedCause>();
  for (const { at, causes } of diagnoses)
    for (const cause of causes) seen.set(`${cause.kind} ${cause.subject}`, { ...cause, at, standsAt: at === newest ? null : newest });
  return [...seen.values()];
}

function placeOfCause({ kind, subject }: Cause, services: readonly string[]): Pick<Component, 'kind' | 'name'> {
  const service = services.find((name) => subject === name || subject.startsWith(`${name}-`));
  return service === undefined ? { kind: KINDS[kind], name: subject } : { kind: 'service', name: service };
}

function placeOfChange({ stepId, after }: MutationReport): Pick<Component, 'kind' | 'name'> {
  return isOfService(after) ? { kind: 'service', name: serviceIn(after) ?? '' } : { kind: 'network', name: nameIn(stepId) };
}

function isSame(one: Pick<Component, 'kind' | 'name'>, other: Pick<Component, 'kind' | 'name'>): boolean {
  return one.kind === other.kind && one.name === other.name;
}

/** An older journal tells the gate of the connector without a name: there was one. */
function belongs(check: Check, kind: ComponentKind, name: string, services: readonly string[]): boolean {
  const service = serviceOfCheck(check, services);
  if (kind === 'service') return service === name;
  return kind === 'network' && service === null && check.from === 'look' && (check.name === ofConnector(name) || !check.name.includes(':'));
}
