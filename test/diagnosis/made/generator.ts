import type { CauseKind } from '../../../src/core/model/diagnosis.ts';

/** A line of a container or of the platform. */
export interface Said {
  readonly text?: string;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly severity?: string;
  readonly log?: 'stdout' | 'stderr' | 'varlog%2Fsystem' | 'nat_flows' | 'postgres.log';
}

/** Requests that fail alike, spread over the capture, each with the lines that stand beside it in its container. */
interface Failing {
  readonly count: number;
  readonly status: number;
  /** What the platform writes into the request's entry. */
  readonly text?: string;
  readonly latency?: number;
  readonly lines?: readonly Said[];
  /** Turned away before any container: the entry names none. */
  readonly turnedAway?: boolean;
}

/** What a made capture tells, and what is right to say about it. */
export interface Made {
  readonly name: string;
  /** Where people reported these lines. */
  readonly source: string;
  /** The true cause, in one line. */
  readonly truth: string;
  /** Kinds that are right; missing: nothing is wrong. */
  readonly accept?: readonly CauseKind[];
  /** Must be said somewhere. */
  readonly must?: readonly RegExp[];
  readonly mustNot?: readonly RegExp[];
  readonly service?: string;
  readonly passing: number;
  readonly failing?: readonly Failing[];
  /** Containers that start, write these lines and die (of the new revision where there is one). */
  readonly dying?: { readonly count: number; readonly lines: readonly Said[]; readonly platform: Said };
  /** Ready=False reports, as the audit log carries them. */
  readonly notReady?: string;
  /** Failures and deaths are those of a new revision; the old one serves what passes. */
  readonly newRevision?: boolean;
  /** Lines that mean nothing, so often. */
  readonly noise?: readonly (Said & { readonly count: number })[];
  /** Entries of a load balancer instead of requests: statusDetails of those that fail. */
  readonly loadBalancer?: string;
}

type Entry = Readonly<Record<string, unknown>> & { readonly timestamp: string };

const START = Date.parse('2026-05-12T09:00:00Z');
const SPAN = 600_000;
const PROJECT = 'acme-prod';

/** The capture as `gcloud logging read --format=json` writes it: newest first. */
export function entriesOf(made: Made): readonly Entry[] {
  const writer = createWriter(made.service ?? made.name.replaceAll(/[^a-z-]/g, '').slice(0, 20));
  const sick = made.newRevision === true ? 2 : 1;
  spread(made.passing, (at, index) => writer.request(at, 1, index % 3, 200, { latency: 0.04 + (index % 7) / 50, lb: made.loadBalancer }));
  for (const failing of made.failing ?? [])
    spread(failing.count, (at, index) => {
      const latency = failing.latency ?? 0.2;
      const instance = failing.turnedAway === true ? null : 3 + (index % 2);
      writer.request(at + 777, sick, instance, failing.status, { latency, text: failing.text, lb: made.loadBalancer, failed: true });
      for (const line of failing.lines ?? []) writer.line(at + 777 + latency * 1000 - 20, sick, instance ?? 3, line);
    });
  const { dying } = made;
  if (dying !== undefined)
    spread(dying.count, (at, index) => {
      const instance = 10 + index;
      writer.line(at, sick, instance, { text: 'Starting new instance. Reason: AUTOSCALING', severity: 'INFO', log: 'varlog%2Fsystem' });
      dying.lines.forEach((line, order) => writer.line(at + 1_500 + order * 40, sick, instance, line));
      writer.line(at + 2_400, sick, instance, dying.platform);
    });
  if (made.notReady !== undefined) writer.notReady(START + 90_000, made.newRevision === true ? 2 : 1, made.notReady);
  for (const { count, ...line } of made.noise ?? []) spread(count, (at, index) => writer.line(at + 333, 1, index % 3, line));
  return writer.entries.toSorted((a, b) => (a.timestamp < b.timestamp ? 1 : -1));
}

function spread(count: number, each: (at: number, index: number) => void): void {
  for (let index = 0; index < count; index += 1) each(START + Math.round(((index + 0.5) / count) * SPAN), index);
}

interface Request {
  readonly latency: number;
  readonly text?: string | undefined;
  readonly lb?: string | undefined;
  readonly failed?: boolean;
}

function createWriter(service: string) {
  const entries: Entry[] = [];
  const revisionOf = (number: number): string => `${service}-0004${number}-${number === 1 ? 'abc' : 'xyz'}`;
  const resource = (revision: string) => ({
    type: 'cloud_run_revision',
    labels: { service_name: service, configuration_name: service, revision_name: revision, location: 'europe-west1', project_id: PROJECT },
  });
  const push = (at: number, revision: number, instance: number | null, log: string, rest: Readonly<Record<string, unknown>>): void => {
    entries.push({
      insertId: `m${entries.length}`,
      ...(instance === null ? {} : { labels: { instanceId: `00c0ffee${String(instance).padStart(4, '0')}${revision}` } }),
      logName: `projects/${PROJECT}/logs/${log}`,
      resource: resource(revisionOf(revision)),
      timestamp: new Date(at).toISOString(),
      ...rest,
    });
  };
  return {
    entries,
    line(at: number, revision: number, instance: number, { text, json, severity, log = 'stderr' }: Said): void {
      const ofGateway = { resource: { type: 'nat_gateway', labels: { gateway_name: 'main-nat', router_id: '7', region: 'europe-west1' } } };
      const ofDatabase = { resource: { type: 'cloudsql_database', labels: { database_id: `${PROJECT}:main-db`, region: 'europe-west1' } } };
      const own = log === 'nat_flows' || log === 'postgres.log';
      const api = log === 'nat_flows' ? 'compute' : log === 'postgres.log' ? 'cloudsql' : 'run';
      push(at, revision, own ? null : instance, `${api}.googleapis.com%2F${log}`, {
        ...(log === 'nat_flows' ? ofGateway : log === 'postgres.log' ? ofDatabase : {}),
        ...(severity === undefined ? {} : { severity }),
        ...(text === undefined ? {} : { textPayload: text }),
        ...(json === undefined ? {} : { jsonPayload: json }),
      });
    },
    request(at: number, revision: number, instance: number | null, status: number, { latency, text, lb, failed }: Request): void {
      const httpRequest = {
        requestMethod: 'GET',
        requestUrl: `https://${service}.example/items/${entries.length % 9}`,
        status,
        latency: `${latency.toFixed(9)}s`,
        userAgent: 'Mozilla/5.0',
      };
      if (lb === undefined) {
        const severity = status >= 500 ? 'ERROR' : status >= 400 ? 'WARNING' : 'INFO';
        push(at, revision, instance, 'run.googleapis.com%2Frequests', {
          severity,
          httpRequest,
          ...(text === undefined ? {} : { textPayload: text }),
        });
        return;
      }
      const details = failed === true ? lb : 'response_sent_by_backend';
      push(at, revision, null, 'requests', {
        severity: failed === true ? 'WARNING' : 'INFO',
        httpRequest,
        resource: {
          type: 'http_load_balancer',
          labels: { url_map_name: `${service}-map`, backend_service_name: `${service}-be`, project_id: PROJECT },
        },
        jsonPayload: { '@type': 'type.googleapis.com/google.cloud.loadbalancing.type.LoadBalancerLogEntry', statusDetails: details },
      });
    },
    notReady(at: number, revision: number, message: string): void {
      const status = (of: string) => ({ code: 9, message: `Ready condition status changed to False for ${of} with message: ${message}` });
      const payload = (of: string, resourceName: string) => ({
        '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
        methodName: '/Services.ReplaceService',
        resourceName,
        serviceName: 'run.googleapis.com',
        status: status(of),
      });
      const name = revisionOf(revision);
      push(at, revision, null, 'cloudaudit.googleapis.com%2Fsystem_event', {
        severity: 'ERROR',
        protoPayload: payload(`Revision ${name}`, `namespaces/${PROJECT}/revisions/${name}`),
      });
    },
  };
}
