import type { ScenarioFault } from './scenario.ts';

/** One way in which Google, or what lies between, goes wrong. */
export interface FaultKind {
  readonly kind: string;
  /** In words, for tables. */
  readonly what: string;
  /** What is hit, and how; the window and the count are the caller's. */
  readonly match: ScenarioFault['match'];
  readonly answer: ScenarioFault['answer'];
  /** Whether it goes by itself after a few answers, or lasts for its window. */
  readonly lasting: boolean;
}

const RUN = '/v2/projects/*/locations/*';
const SERVICE = `${RUN}/services/*`;
const VPC = '/v1/projects/*/locations/*';
const CONNECTOR = `${VPC}/connectors/*`;
const SERIES = '/v3/projects/*/timeSeries';
const CASES = '/v2/projects/*/cases';

const BUSY = { status: 409, statusText: 'ABORTED', message: 'The resource is being changed by another request.' } as const;
const QUOTA = {
  status: 429,
  statusText: 'RESOURCE_EXHAUSTED',
  message: "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute'.",
  reason: 'RATE_LIMIT_EXCEEDED',
  retryAfter: 20_000,
} as const;
const REVOKED = {
  status: 403,
  statusText: 'PERMISSION_DENIED',
  message: 'The caller does not have permission.',
  reason: 'IAM_PERMISSION_DENIED',
} as const;

/**
 * The faults that a run must come through to a declared end, by name. `prove`, the seeds and the tests draw from here; a
 * scenario spells out its own.
 */
export const FAULT_LIBRARY: readonly FaultKind[] = [
  once('traffic-400', 'a service write is refused as malformed', `PATCH ${SERVICE}`, {
    status: 400,
    message: 'Request contains an invalid argument.',
  }),
  once('service-403', 'reading a service is forbidden', `GET ${SERVICE}`, REVOKED),
  lasting('revoked-mid-run', 'the permission to change services is taken away', `PATCH ${SERVICE}`, REVOKED),
  lasting('connector-revoked', 'the permission to change the connector is taken away', `PATCH ${CONNECTOR}`, REVOKED),
  lasting('service-404', 'a service is gone', `GET ${SERVICE}`, { status: 404 }),
  once('404-then-exists', 'a service is not found, and then is', `GET ${SERVICE}`, { status: 404 }),
  once('service-409', 'a service write meets another one', `PATCH ${SERVICE}`, BUSY),
  once('connector-409', 'a connector write meets another one', `PATCH ${CONNECTOR}`, BUSY),
  once('service-412', 'a precondition of a service write does not hold', `PATCH ${SERVICE}`, {
    status: 412,
    statusText: 'FAILED_PRECONDITION',
  }),
  lasting('run-429', 'Cloud Run throttles', `${RUN}/**`, QUOTA),
  lasting('metrics-429', 'Monitoring throttles', `GET ${SERIES}`, QUOTA),
  once('service-500', 'a service write ends in an internal error', `PATCH ${SERVICE}`, { status: 500 }),
  once('connector-500', 'a connector write ends in an internal error', `PATCH ${CONNECTOR}`, { status: 500 }),
  lasting('run-503', 'Cloud Run is unavailable', `${RUN}/**`, { status: 503 }),
  lasting('vpc-503', 'Serverless VPC Access is unavailable', `${VPC}/**`, { status: 503 }),
  lasting('logs-503', 'Logging answers with a page of a proxy', 'POST /v2/entries:list', { status: 503, html: true }),
  lasting('cases-503', 'Cloud Support is unavailable', `${CASES}**`, { status: 503 }),
  once('service-lost-before', 'a service write is lost on its way', `PATCH ${SERVICE}`, { lostBefore: true }),
  once('service-lost-after', 'the answer to a committed service write is lost', `PATCH ${SERVICE}`, { lostAfterCommit: true }),
  once('connector-lost-before', 'a connector write is lost on its way', `PATCH ${CONNECTOR}`, { lostBefore: true }),
  once('connector-lost-after', 'the answer to a committed connector write is lost', `PATCH ${CONNECTOR}`, { lostAfterCommit: true }),
  once('case-lost-after', 'the answer to a created case is lost', `POST ${CASES}`, { lostAfterCommit: true }),
  once('service-twice', 'a proxy delivers a service write twice', `PATCH ${SERVICE}`, { deliveredTwice: true }),
  once('connector-twice', 'a proxy delivers a connector write twice', `PATCH ${CONNECTOR}`, { deliveredTwice: true }),
  once('service-slow', 'a service write takes 25 s', `PATCH ${SERVICE}`, { delay: 25_000 }),
  lasting('run-slow', 'reading a service takes seven seconds', `GET ${SERVICE}`, { delay: 7_000 }),
  lasting('connector-slow', 'reading the connector takes seven seconds', `GET ${CONNECTOR}`, { delay: 7_000 }),
  lasting('run-hangs', 'connections to Cloud Run stay half open', `GET ${RUN}/**`, { hang: true }),
  once('service-hangs', 'the connection of a service write stays half open', `PATCH ${SERVICE}`, { hang: true }),
  once('connector-hangs', 'the connection of a connector write stays half open', `PATCH ${CONNECTOR}`, { hang: true }),
  once('service-stuck', 'the operation of a service write does not end', `PATCH ${SERVICE}`, { stuckOperation: true }),
  once('connector-stuck', 'the operation of a connector write does not end', `PATCH ${CONNECTOR}`, { stuckOperation: true }),
  lasting('operation-fails', 'the connector operation says that it failed', `GET ${VPC}/operations/*`, { rewrite: 'operation-failed' }),
  lasting('operation-vanishes', 'the connector operation cannot be found any more', `GET ${VPC}/operations/*`, { status: 404 }),
  lasting('connector-error', 'the connector is in state ERROR', `GET ${CONNECTOR}`, { rewrite: 'connector-error' }),
  lasting('traffic-partial', 'the traffic in force stays split', `GET ${SERVICE}`, { rewrite: 'traffic-partial' }),
  lasting('image-missing', 'the image of a new revision is not found', `GET ${RUN}/services/*/revisions`, { rewrite: 'image-missing' }),
  once('quota-denied', 'a service write is over quota', `PATCH ${SERVICE}`, QUOTA),
  once('connector-quota', 'a connector write is over quota', `PATCH ${CONNECTOR}`, QUOTA),
  lasting('metric-gap', 'there are no series', `GET ${SERIES}`, { rewrite: 'series-missing' }),
  lasting('metric-late', 'the series are a quarter of an hour late', `GET ${SERIES}`, { rewrite: 'series-late' }),
  lasting('metric-nan', 'the series hold no numbers', `GET ${SERIES}`, { rewrite: 'series-nan' }),
  lasting('sink-down', 'the channel that people are told on is down', 'POST /_sim/chat', { status: 503 }),
];

/** A fault of the library, by its name. Throws when there is none: a test that asks for it would test nothing. */
export function faultKind(kind: string): FaultKind {
  const found = FAULT_LIBRARY.find((candidate) => candidate.kind === kind);
  if (found === undefined) throw new RangeError(`no fault is called ${kind}`);
  return found;
}

/** The fault as a scenario has it: from an instant after the start for so long, or so many times. */
export function faultOf(
  { kind, match, answer }: FaultKind,
  when: { readonly from: number; readonly for: number; readonly times?: number },
): ScenarioFault {
  return { id: kind, match, answer, from: when.from, for: when.for, ...(when.times === undefined ? {} : { times: when.times }) };
}

/** `where`: a method and a path, or a path alone for all methods. */
function once(kind: string, what: string, where: string, answer: ScenarioFault['answer']): FaultKind {
  const [, method, path = where] = /^([A-Z]+) (.*)$/.exec(where) ?? [];
  return { kind, what, match: { path, ...(method === undefined ? {} : { method }) }, answer, lasting: false };
}

function lasting(...fault: Parameters<typeof once>): FaultKind {
  return { ...once(...fault), lasting: true };
}
