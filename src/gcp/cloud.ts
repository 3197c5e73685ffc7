import type { AuthClient } from 'google-auth-library';
import type { Clock } from '../ports/clock.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { Random } from '../ports/random.ts';
import { createAccounts } from './accounts/accounts.ts';
import { createCalls } from './calls.ts';
import { createIdentity } from './identity/tokens.ts';
import { GoogleTime } from './google-time.ts';
import { GuardedClient } from '../google/http.ts';
import { createLoadBalancer } from './load-balancer/load-balancer.ts';
import { createAdminLog } from './logging/admin-log.ts';
import { createLogs } from './logging/entries.ts';
import { createMetrics } from './monitoring/metrics.ts';
import { createNetwork } from './network/network.ts';
import { createPermissions } from './permissions/permissions.ts';
import { createCloudRun } from './run/services.ts';
import { createWorkloads } from './run/workloads.ts';
import type { Scope } from './scope.ts';
import { createIncidents } from './service-health/incidents.ts';
import { createCloudSql } from './sql/instances.ts';
import { createSupport } from './support/cases.ts';
import { createVpcAccess } from './vpc-access/connectors.ts';

export interface CloudOptions {
  readonly project: string;
  /** The document's own: what is in it is called by its short name alone. */
  readonly region: string;
  /** All that it works in; absent: its own alone. */
  readonly regions?: readonly string[];
  /** From `createAuthClient`, or a client whose `request` calls a simulator in the same process. */
  readonly authClient: AuthClient;
  /** null: Google's own endpoints. Otherwise all APIs are asked there, and nothing is sent anywhere else. */
  readonly baseUrl: string | null;
  readonly clock: Clock;
  readonly random: Random;
  /** How much faster than real time `clock` runs, at least 1: deadlines of requests are stretched by it. */
  readonly patience?: number;
  /** A dry run: anything but a read is an `InvariantError` before it is sent, whichever client would have sent it. */
  readonly readOnly: boolean;
}

/**
 * Google Cloud behind its port. Does no I/O by itself. Whoever hands in the `authClient` sees to it that a virtual clock stands
 * still while a request is on a socket; a simulator in the same process needs no such care.
 */
export function createCloud(options: CloudOptions): Cloud {
  const { project, region, baseUrl, clock, random } = options;
  const calls = createCalls(clock, random, options.patience);
  const time = new GoogleTime(clock);
  const auth = new GuardedClient({
    authClient: options.authClient,
    baseUrl,
    readOnly: options.readOnly,
    onDate: (date) => time.heard(date),
  });
  const client = { auth, retry: false as const, ...(baseUrl === null ? {} : { rootUrl: new URL('/', baseUrl).href }) };
  const scope: Scope = { project, region, regions: options.regions ?? [region], calls, client, baseUrl, time };
  return {
    vpcAccess: createVpcAccess(scope),
    run: createCloudRun(scope, clock),
    workloads: createWorkloads(scope),
    sql: createCloudSql(scope),
    metrics: createMetrics(scope),
    logs: createLogs(scope),
    support: createSupport(scope),
    permissions: createPermissions(scope),
    loadBalancer: createLoadBalancer(scope, clock),
    network: createNetwork(scope),
    incidents: createIncidents(scope),
    adminLog: createAdminLog(scope),
    accounts: createAccounts(scope, clock),
    identity: createIdentity(scope, clock, auth),
    takeReads: calls.takeReads,
    googleAheadMs: () => time.aheadMs(),
  };
}
