import type { Scenario } from '../scenario.ts';
import type { World } from '../world/contract.ts';
import type { EventQueue } from './event-queue.ts';

/** What the APIs are built from: the world, what is still to happen, and how this project is set up. */
export interface Surface {
  readonly scenario: Scenario;
  readonly world: World;
  readonly events: EventQueue;
  readonly switches: Switches;
  readonly project: string;
  readonly projectNumber: string;
  /** The world's own. */
  readonly region: string;
  /** Without trailing slash; the services' own URIs begin with it. */
  readonly baseUrl: string;
}

/** `projects/P/locations/R` */
export function locationPath({ project }: Pick<Surface, 'project'>, region: string): string {
  return `projects/${project}/locations/${region}`;
}

/** Behaviour that is not documented, so that a scenario may choose (gcp-facts 13). */
export interface Switches {
  /** Where an impossible connector bound is refused: at once with 400, or inside the operation with code 3 (gcp-facts 1.3). */
  readonly connectorBounds: 'sync' | 'operation';
  /** How a second PATCH is refused while one runs (gcp-facts 1.6). */
  readonly connectorBusy: 'aborted' | 'failed-precondition';
  /** The first page of entries.list is empty though a next page exists (gcp-facts 5.2). */
  readonly emptyLogPages: boolean;
  /** Two changes of one object of Cloud Storage that are closer than this are refused with 429 (gcp-facts 9); 0: never. */
  readonly objectMutationGapMs: number;
  /** Buckets that exist; null: every one that is asked for. */
  readonly buckets: readonly string[] | null;
}

export const USUAL_SWITCHES: Switches = {
  connectorBounds: 'sync',
  connectorBusy: 'aborted',
  emptyLogPages: false,
  objectMutationGapMs: 1_000,
  buckets: null,
};
