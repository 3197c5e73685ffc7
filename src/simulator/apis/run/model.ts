import { defined } from '../../../core/defined.ts';
import type { Operation, OperationError } from '../../surface/operations.ts';
import type { Fields } from '../../surface/wire.ts';

/** One entry of `traffic`, normalised: `revision` null means LATEST. */
export interface Target {
  readonly revision: string | null;
  readonly percent: number;
  readonly tag: string | null;
}

export interface Revision {
  /** Short name. */
  readonly name: string;
  readonly uid: string;
  readonly createdAt: number;
  /** Without `revision`. */
  readonly template: Fields;
}

/** What the client wants: what a patch may change. */
export interface Wanted {
  /** With `revision` when the client named it. */
  readonly template: Fields;
  readonly traffic: readonly Target[];
  /** Labels, annotations, ingress and the like, as they were sent. */
  readonly rest: Fields;
}

/** A service: what is wanted, and what is so. */
export interface Service {
  /** As the world calls it. */
  readonly name: string;
  readonly uid: string;
  readonly createdAt: number;
  readonly creator: string;
  updatedAt: number;
  lastModifier: string;
  /** Microseconds, as the conflict message shows it (gcp-facts 2.4). */
  version: number;
  generation: number;
  observedGeneration: number;
  wanted: Wanted;
  /** Oldest first. */
  readonly revisions: Revision[];
  latestReady: string | null;
  /** Vector in force; `target.revision` null is still LATEST, resolved in `inForce`. */
  statuses: readonly Target[];
  /** What LATEST stands for in `statuses`. */
  latestInForce: string | null;
  /** null while reconciling. */
  settled: { readonly at: number; readonly configuration: Failure | null; readonly routes: Failure | null } | null;
  /** When the present reconciliation began. */
  reconcilingSince: number;
  /** Operations that wait for the present reconciliation. */
  readonly waiting: Operation[];
}

/** Why a reconciliation ended badly: as a condition, and as an operation tells it. */
export interface Failure {
  readonly message: string;
  readonly error: OperationError;
}

export function latestCreated(service: Service): Revision {
  return defined(service.revisions[service.revisions.length - 1]);
}

export function revisionNamed(service: Service, name: string): Revision | undefined {
  return service.revisions.find((revision) => revision.name === name);
}

/** The vector in force by revision name; entries without percent are left out. */
export function effective(service: Service): readonly { readonly revision: string; readonly percent: number }[] {
  const byName = new Map<string, number>();
  for (const { revision, percent } of service.statuses) {
    const name = revision ?? service.latestInForce;
    if (name !== null && percent > 0) byName.set(name, (byName.get(name) ?? 0) + percent);
  }
  return [...byName].map(([revision, percent]) => ({ revision, percent }));
}
