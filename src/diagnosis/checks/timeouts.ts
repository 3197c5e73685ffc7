import { MINUTE, SECOND, sayDuration } from '../../core/duration.ts';
import type { LogGroup, Observation, ServiceObservation } from '../../core/model/observation.ts';
import type { ServiceSpec } from '../../core/model/spec.ts';
import { factOf } from '../finding.ts';
import { evidenceOf, groupsOf } from '../observation-queries.ts';
import type { Check, CheckFinding } from './check.ts';

/** An instance must listen within 4 minutes of its start, whatever is configured (gcp-facts 2.5). */
const STARTUP_CAP_MS = 4 * MINUTE;
/** What a program needs beside its database until it listens; ours to choose. */
const ROOM_MS = 30 * SECOND;

/** Whether the waits that surround one another fit: start-up cap, probe, database, request, proxy and client. */
export const checkTimeouts: Check = (observation, spec) =>
  spec.services.flatMap((service) => {
    const seen = observation.services[service.name];
    const configured = databaseWait(service, seen);
    return [
      ...startup(service, configured, seen),
      ...requests(service, seen),
      ...configuredAgainstLogged(service, configured, inForce(observation, service.name)),
    ];
  });

interface Configured {
  readonly ms: number;
  readonly from: string;
}

/** How long the database is waited for: as the document says, else as a setting of the service says. */
function databaseWait(service: ServiceSpec, seen: ServiceObservation | undefined): Configured | null {
  if (service.timeouts.databaseMs !== null) return { ms: service.timeouts.databaseMs, from: 'services[].timeouts.database' };
  for (const [name, value] of Object.entries(seen?.state.value?.template.env ?? {})) {
    if (!/(?:DB|DATABASE|POSTGRES|PG|MYSQL|SQL)\w{0,40}TIMEOUT|TIMEOUT\w{0,40}(?:DB|DATABASE|POSTGRES|SQL)/i.test(name)) continue;
    const ms = readMs(name, value);
    if (ms !== null) return { ms, from: name };
  }
  return null;
}

/** A bare number is seconds, unless the name says milliseconds. */
function readMs(name: string, value: string): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s?(ms|s|sec|seconds|m|min|minutes)?$/i.exec(value.trim()) ?? [];
  if (amount === undefined) return null;
  const milliseconds = unit === undefined ? /_MS$|MILLIS/i.test(name) : /^ms$/i.test(unit);
  return Number(amount) * (milliseconds ? 1 : /^m/i.test(unit ?? '') ? MINUTE : SECOND);
}

function startup(service: ServiceSpec, configured: Configured | null, seen: ServiceObservation | undefined): readonly CheckFinding[] {
  if (configured === null) return [];
  const probeMs = probeWindow(seen?.state.value?.template.startupProbe ?? null);
  const limit = Math.min(STARTUP_CAP_MS, probeMs ?? STARTUP_CAP_MS);
  if (configured.ms < limit) return [];
  const name =
    limit < STARTUP_CAP_MS
      ? `its start-up probe gives up after ${sayDuration(limit)}`
      : `Cloud Run ends a start after ${sayDuration(STARTUP_CAP_MS)}`;
  return [
    finding(service.name, 'broken', `waits up to ${sayDuration(configured.ms)} for the database (${configured.from}), but ${name}`, {
      change: `lower ${configured.from} to at most ${sayDuration(Math.max(SECOND, limit - ROOM_MS))}, or listen first and connect afterwards`,
      source: configured.from,
    }),
  ];
}

/** `http /health every 10s, 3 failures` as the time until it gives up; null for what is not said so. */
function probeWindow(probe: string | null): number | null {
  const [, seconds, failures] = /every (\d+)s, (\d+) failures/.exec(probe ?? '') ?? [];
  return seconds === undefined ? null : Number(seconds) * Number(failures) * SECOND;
}

/** Who waits for whom: the client longest, then the proxy, then the service, then its database. */
function requests(service: ServiceSpec, seen: ServiceObservation | undefined): readonly CheckFinding[] {
  const { clientMs, proxyMs, databaseMs } = service.timeouts;
  const requestMs = seen?.state.value?.template.timeoutMs ?? null;
  const waits = [
    { outer: 'its clients', ms: clientMs, inner: 'its proxy', innerMs: proxyMs },
    { outer: 'its proxy', ms: proxyMs, inner: 'the request timeout', innerMs: requestMs },
    ...(proxyMs === null ? [{ outer: 'its clients', ms: clientMs, inner: 'the request timeout', innerMs: requestMs }] : []),
    { outer: 'the request timeout', ms: requestMs, inner: 'the wait for the database', innerMs: databaseMs },
  ];
  return waits.flatMap(({ outer, ms, inner, innerMs }) => {
    if (ms === null || innerMs === null || ms > innerMs) return [];
    const gives =
      outer === 'the request timeout' ? `a request is cut off after ${sayDuration(ms)}` : `${outer} give up after ${sayDuration(ms)}`;
    return [
      finding(service.name, 'risk', `${gives}, while ${inner} is ${sayDuration(innerMs)}: work goes on that nobody waits for`, {
        change: `make ${inner} shorter than ${sayDuration(ms)}, or ${outer} wait longer than ${sayDuration(innerMs)}`,
        source: 'timeouts',
      }),
    ];
  });
}

interface InForce {
  readonly ms: number;
  readonly groups: readonly LogGroup[];
}

/** The limits that log lines name; several are told by the longest. */
function inForce(observation: Observation, service: string): InForce | null {
  const groups = groupsOf(observation, service).filter(({ signature }) => signature === 'database-init-timeout');
  const values = [
    ...factOf(groups, 'seconds')
      .split(', ')
      .filter(Boolean)
      .map((text) => Number(text) * SECOND),
    ...factOf(groups, 'milliseconds').split(', ').filter(Boolean).map(Number),
  ].filter(Number.isFinite);
  return values.length === 0 ? null : { ms: Math.max(...values), groups };
}

function configuredAgainstLogged(service: ServiceSpec, configured: Configured | null, logged: InForce | null): readonly CheckFinding[] {
  if (logged === null) return [];
  const evidence = evidenceOf(logged.groups, 1);
  const said = `its log lines give up on the database after ${sayDuration(logged.ms)}`;
  if (configured === null)
    return [
      {
        ...finding(service.name, 'note', `${said}: that limit is in force, whatever is written elsewhere`, {
          change: null,
          source: 'log lines',
        }),
        evidence,
      },
    ];
  if (Math.abs(configured.ms - logged.ms) <= 0.05 * logged.ms) return [];
  const what = `${said}, although ${configured.from} says ${sayDuration(configured.ms)}: the setting does not reach the program`;
  const change = `find what sets ${sayDuration(logged.ms)} in the running revision, and make ${configured.from} the only place`;
  return [{ ...finding(service.name, 'broken', what, { change, source: configured.from }), evidence }];
}

function finding(
  subject: string,
  severity: CheckFinding['severity'],
  what: string,
  { change, source }: { readonly change: string | null; readonly source: string },
): CheckFinding {
  const said = `${subject}: ${what}`;
  return { check: 'timeouts', severity, subject, what: said, change, evidence: [{ source, at: null, text: said }] };
}
