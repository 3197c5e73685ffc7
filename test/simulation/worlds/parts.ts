import { mergeDeeply } from '../../../src/simulator/world/merge.ts';

export const AUTH = 'netra-auth-service';
export const BACKEND = 'netra-backend-staging';
export const FRONTEND = 'netra-frontend-staging';
export const SERVICES = [AUTH, BACKEND, FRONTEND] as const;
export const CONNECTOR = 'staging-connector';
export const DATABASE = 'staging-shared-postgres';
export const REGION = 'projects/netra-staging/locations/us-central1';
/** The backend's revision that serves in the base. */
export const SERVING = `${BACKEND}-00750-69k`;
export const OLDER = `${BACKEND}-00749-6tr`;

/** Part of a scenario document. */
export interface Part {
  /** In words. */
  readonly what: string;
  readonly world?: object;
  readonly faults?: readonly object[];
  readonly people?: readonly object[];
  /** Over the remediation document. */
  readonly patch?: object;
}

export function ofService(name: string, description: object): object {
  return { services: [{ name, ...description }] };
}

export interface Whole {
  readonly what: readonly string[];
  readonly world: object;
  readonly faults: readonly object[];
  readonly people: readonly object[];
  readonly patch: object;
}

/** Laid over each other, in order. */
export function together(parts: readonly Part[]): Whole {
  const nothing: Whole = { what: [], world: {}, faults: [], people: [], patch: {} };
  return parts.reduce<Whole>(
    (whole, { what, world = {}, faults = [], people = [], patch = {} }) => ({
      what: [...whole.what, what],
      world: mergeDeeply(whole.world, world) as object,
      faults: [
        ...whole.faults,
        ...faults.map((fault, index) => ({ ...fault, id: `${what.replaceAll(' ', '-')}-${index}`, optional: true })),
      ],
      people: [...whole.people, ...people.map((hand) => ({ ...hand, mayFail: true }))],
      patch: mergeDeeply(whole.patch, patch) as object,
    }),
    nothing,
  );
}
