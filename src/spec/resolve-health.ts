import { defined } from '../core/defined.ts';
import { parseDuration } from '../core/duration.ts';
import type { HealthCheckSpec } from '../core/model/spec.ts';
import type { Lookup } from './environment.ts';
import type { RemediationDocument } from './schema.ts';

type HealthDocument = RemediationDocument['spec']['services'][number]['health'][number];

/** A health check with its references looked up; what the document leaves out stays out. */
export function resolveHealth(check: HealthDocument, lookup: Lookup): HealthCheckSpec {
  const { kind, url, maxLatency, expectStatus, headers, identity, service } = check;
  const sent = Object.entries(headers).map(([name, value]) => [name, lookup(value)] as const);
  return {
    url: url ?? '/',
    maxLatencyMs: defined(parseDuration(maxLatency)),
    ...(kind === 'http' ? {} : { kind }),
    ...(expectStatus === undefined ? {} : { expectStatus }),
    ...(sent.length === 0 ? {} : { headers: Object.fromEntries(sent) }),
    ...(identity === undefined ? {} : { identity }),
    ...(service === undefined ? {} : { grpcService: service }),
  };
}
