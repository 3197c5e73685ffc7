import type { MutationState } from '../core/model/mutation.ts';

/** What a change writes, and whose state it has recorded. A look spells a subject in the same way. Pure. */

/** There is one connector. */
export type Subject = 'connector' | `service:${string}`;

export const CONNECTOR = 'connector' satisfies Subject;

/** A state of one service. */
export type StateOfService = Extract<MutationState, { service: string }>;

export function isOfService(state: MutationState): state is StateOfService {
  return 'service' in state;
}

/** The service whose state it is; null: it is no service's. */
export function serviceIn(state: MutationState): string | null {
  return isOfService(state) ? state.service : null;
}

export function subjectIn(state: MutationState): Subject {
  return subjectFor(serviceIn(state));
}

/** null: no service, but the connector. */
export function subjectFor(service: string | null): Subject {
  return service === null ? CONNECTOR : `service:${service}`;
}

/** The service of a subject; null: it is the connector. */
export function serviceOfSubject(subject: string): string | null {
  return subject.startsWith(SERVICE) ? subject.slice(SERVICE.length) : null;
}

const SERVICE = 'service:';
const TRAFFIC = 'traffic:';

/** As a change by others names it (`connector:NAME`), or an older record. */
export function asSubject(told: string): string {
  return told.replace(/^connector:.*$/s, CONNECTOR);
}

/** What of a subject a human takes over by changing what the run has changed: `traffic:SERVICE`, `connector`. */
export function takenOverBy(subject: string): string {
  return subject.replace(SERVICE, TRAFFIC);
}

/** The service whose traffic was taken over; null: it was the connector. */
export function serviceTakenOver(what: string): string | null {
  return what.startsWith(TRAFFIC) ? what.slice(TRAFFIC.length) : null;
}

/** Whether a saved value can be read as what a change has recorded. */
export function isState(value: unknown): value is MutationState {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, service, traffic, config } = value as Readonly<Record<string, unknown>>;
  if (kind === 'connector') return typeof config === 'object' && config !== null;
  if (kind === 'traffic') return typeof service === 'string' && Array.isArray(traffic);
  return kind === 'revision' && typeof service === 'string';
}

/** Whether `of` needs `name`, at one remove or more. */
export function dependsOn(
  services: readonly { readonly name: string; readonly dependsOn: readonly string[] }[],
  of: string,
  name: string,
  seen: readonly string[] = [],
): boolean {
  const needed = services.find((service) => service.name === of)?.dependsOn ?? [];
  const asked = [...seen, of];
  return needed.includes(name) || needed.some((other) => !asked.includes(other) && dependsOn(services, other, name, asked));
}
