/** A url map of an external load balancer, followed to the Cloud Run services behind it (gcp-facts 6). */
export interface WayIn {
  readonly name: string;
  /** Hosts in the order of the map, each with the backend service that gets what no path of it claims. `*` stands for any other host. */
  readonly hosts: readonly { readonly host: string; readonly backend: string }[];
  /** Where any other host leads; null: nowhere that is a backend service. */
  readonly defaultBackend: string | null;
  /** Those that end at a Cloud Run service of the regions that are looked at, through a serverless endpoint group. */
  readonly backends: readonly { readonly name: string; readonly group: string; readonly service: string }[];
  /** Other regions that it leads to as well; missing: none. */
  readonly elsewhere?: readonly string[];
}

/** A Cloud SQL instance as the list of them tells it. */
export interface SqlInstance {
  readonly name: string;
  /** `PROJECT:REGION:INSTANCE`. */
  readonly connectionName: string;
  readonly version: string;
  readonly addresses: readonly string[];
}
