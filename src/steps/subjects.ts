import type { Mutation, MutationState } from '../core/model/mutation.ts';
import { ofConnector } from '../core/of-connector.ts';
import type { OfConnector } from '../core/of-connector.ts';

/** What a change writes, and whose state it has recorded. A look spells a subject in the same way. Pure. */

export { connectorIn, newestOfConnectors, ofConnector } from '../core/of-connector.ts';

export type Subject = OfConnector | `service:${string}`;

/** A state of one service. */
export type StateOfService = Extract<MutationState, { service: string }>;

export function isOfService(state: MutationState): state is StateOfService {
  return 'service' in state;
}

/** The service whose state it is; null: it is no service's. */
export function serviceIn(state: MutationState): string | null {
  return isOfService(state) ? state.service : null;
}

/** What a change has written: its service, or the connector that its step names. */
export function subjectOfChange({ stepId, after }: Pick<Mutation, 'stepId' | 'after'>): Subject {
  const service = serviceIn(after);
  return service === null ? ofConnector(stepId.slice(stepId.indexOf(':') + 1)) : subjectFor(service);
}

export function subjectFor(service: string): Subject {
  return `service:${service}`;
}

/** The service of a subject; null: it is a connector. */
export function serviceOfSubject(subject: string): string | null {
  return subject.startsWith(SERVICE) ? subject.slice(SERVICE.length) : null;
}

const SERVICE = 'service:';
const TRAFFIC = 'traffic:';

/** What of a subject a human takes over by changing what the run has changed: `traffic:SERVICE`, `connector:NAME`. */
export function takenOverBy(subject: string): string {
  return subject.replace(SERVICE, TRAFFIC);
}

/** The service whose traffic was taken over; null: it was a connector. */
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
