import type { ConnectorState, ServiceState } from '../core/model/observation.ts';
import type { RequestStats } from '../core/model/request-stats.ts';
import type { Measured } from '../core/model/measured.ts';
import type { WorkloadSpec } from '../core/model/workloads.ts';
import type { SqlInstance, WayIn } from '../core/model/way-in.ts';

/** One look at an environment of which there is no document yet. What could not be read is absent, with the reason. */
export interface Survey {
  readonly project: string;
  /** The document's own: what is in it is called by its short name alone. */
  readonly region: string;
  /** All that were looked at, the document's own first. */
  readonly regions: readonly string[];
  readonly at: number;
  /** Region by region, in alphabetical order within each. */
  readonly services: readonly ServiceState[];
  /** By short name: those that the services ride. */
  readonly connectors: Readonly<Record<string, Measured<ConnectorState>>>;
  readonly databases: Measured<readonly SqlInstance[]>;
  /** By instance: connections in use. */
  readonly connections: Readonly<Record<string, Measured<number>>>;
  /** By service: instances, active and idle. */
  readonly instances: Measured<Readonly<Record<string, number>>>;
  /** By service: its requests of the last day, in steps. */
  readonly day: Measured<Readonly<Record<string, readonly RequestStats[]>>>;
  readonly waysIn: Measured<readonly WayIn[]>;
  /** Jobs and worker pools of its regions, as a run calls them. */
  readonly workloads: Measured<readonly WorkloadSpec[]>;
  /** By service. */
  readonly health: Readonly<Record<string, HealthAsked>>;
}

/** What a service said to one request each on a few paths. */
export interface HealthAsked {
  readonly asked: readonly PathAsked[];
  /** Why nothing was asked; null: something was. */
  readonly unasked: string | null;
}

export interface PathAsked {
  readonly path: string;
  readonly status: number | null;
  readonly latencyMs: number;
  readonly problem: string | null;
}

/** A connector that a template names, as a run calls it. */
export function connectorOf({ template }: ServiceState): string | null {
  return template.connector === null ? null : template.connector.slice(template.connector.lastIndexOf('/') + 1);
}

/** `a, b and c`. */
export function sayAll(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
