import type { AuthClient } from 'google-auth-library';
import { identityOf, locatedOf } from '../core/region.ts';
import type { Calls } from './calls.ts';
import type { GoogleTime } from './google-time.ts';
import { shortName } from './response-parsing.ts';

/** What every adapter of this folder needs to know. */
export interface Scope {
  readonly project: string;
  /** The document's own: what is in it is called by its short name alone. */
  readonly region: string;
  /** All that it works in, its own among them. */
  readonly regions: readonly string[];
  readonly calls: Calls;
  /** Options for a googleapis client: the guarded credentials, the endpoint, and no retries but ours. */
  readonly client: { readonly auth: AuthClient; readonly retry: false; readonly rootUrl?: string };
  readonly baseUrl: string | null;
  /** Google's time beside ours; missing: taken to be the same. */
  readonly time?: Pick<GoogleTime, 'aheadMs'>;
}

/** `projects/P/locations/R`. */
export function locationPath({ project }: Pick<Scope, 'project'>, region: string): string {
  return `projects/${project}/locations/${region}`;
}

/** The full name of a service or connector that a run calls so. */
export function resourcePath(scope: Pick<Scope, 'project' | 'region'>, kind: 'services' | 'connectors', identity: string): string {
  const { name, region } = locatedOf(identity, scope.region);
  return `${locationPath(scope, region)}/${kind}/${name}`;
}

/** What a run calls the resource of this full name; without a location in it, it is taken to be in `otherwise`. */
export function identityIn(fullName: string, home: string, otherwise = home): string {
  return identityOf({ name: shortName(fullName), region: regionIn(fullName) ?? otherwise }, home);
}

/** The location in a full name; null: it says none. */
export function regionIn(fullName: string): string | null {
  return /(?:^|\/)locations\/([^/]+)\//.exec(fullName)?.[1] ?? null;
}
