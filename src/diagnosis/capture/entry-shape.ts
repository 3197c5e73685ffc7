import { plain } from '../../core/outside/plain.ts';
import type { AdminChange } from '../../core/model/observation.ts';

type Json = Readonly<Record<string, unknown>>;

/** An object as a record, anything else as an empty one. */
export function object(value: unknown): Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};
}

/** A text that is not empty, else null. */
export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? plain(value) : null;
}

/** Whether it is an entry of Cloud Logging: it says when or under which log, and carries a payload or where it came from. */
export function isLogEntry(json: Json): boolean {
  const told = ['timestamp', 'receiveTimestamp', 'logName', 'insertId'].some((key) => text(json[key]) !== null);
  const carries = ['resource', 'textPayload', 'jsonPayload', 'protoPayload', 'httpRequest', 'severity'].some(
    (key) => json[key] !== undefined,
  );
  return told && carries;
}

/** Where structured loggers put their words beside `message`: pino, bunyan, Serilog, log4j, zap, Monolog and others. */
const MORE_WORDS = [
  'message',
  'msg',
  '@message',
  'log',
  'event',
  'err',
  'error',
  'exception',
  'exc_info',
  'thrown',
  'stack',
  'stack_trace',
  'stackTrace',
  'detail',
  'details',
  'reason',
  'RenderedMessage',
  'Exception',
  'context',
];
const LONGEST = 16_384;

/** Words of a structured payload that its reader has not taken yet, appended to what it has. */
export function withMoreWords(said: string, json: Json): string {
  if (json['jsonPayload'] == null) return said;
  const payload = object(json['jsonPayload']);
  if (text(payload['@type'])?.endsWith('AuditLog') === true) return said;
  let all = withCallee(said, payload);
  for (const key of MORE_WORDS) {
    const value = payload[key];
    if (value == null) continue;
    for (const words of wordsOf(value)) if (!all.includes(words) && all.length < LONGEST) all = all === '' ? words : `${all}\n${words}`;
  }
  return all;
}

/** The address that axios puts beside its message: behind the first line, as other clients write it. */
function withCallee(said: string, payload: Json): string {
  const called = text(object(payload['config'])['url']);
  if (called === null || said === '' || said.includes(called)) return said;
  const [first = '', ...rest] = said.split('\n');
  return [`${first} (${called})`, ...rest].join('\n');
}

function wordsOf(value: unknown): readonly string[] {
  const plain = text(value);
  if (plain !== null) return [plain.slice(0, LONGEST)];
  const { type, name, code, message, msg, value: said, stack, stacktrace, cause } = object(value);
  const what = text(message) ?? text(msg) ?? text(said);
  const kind = text(type) ?? text(name);
  const head = what === null ? [] : [`${kind === null ? '' : `${kind}: `}${what}${text(code) === null ? '' : ` (${text(code)})`}`];
  const trace = text(stack) ?? text(stacktrace);
  return [
    ...head,
    ...(trace === null ? [] : [trace.slice(0, LONGEST)]),
    ...(value === cause || cause === undefined ? [] : wordsOf(cause).slice(0, 2)),
  ];
}

/** Who changed what, where the entry is one of the audit log and the change was let through; else null. */
export function auditChange(json: Json, at: number): AdminChange | null {
  const payload = [object(json['protoPayload']), object(json['jsonPayload'])].find((each) => text(each['methodName']) !== null);
  if (payload === undefined) return null;
  // A system event is Google's own report: of a status of Cloud Run, which is nobody's change, or of what it does with a database.
  const byGoogle = text(json['logName'])?.endsWith('system_event') === true;
  if (byGoogle && text(payload['serviceName']) !== 'cloudsql.googleapis.com') return null;
  const failed = Number(object(payload['status'])['code'] ?? 0) !== 0;
  const operation = object(json['operation']);
  const ended = operation['last'] === true && operation['first'] !== true;
  const method = text(payload['methodName']);
  const resource = text(payload['resourceName']);
  if (failed || ended || method === null || resource === null) return null;
  const actor = text(object(payload['authenticationInfo'])['principalEmail']) ?? (byGoogle ? 'Google' : 'unknown');
  return { at, actor, method: method.split('.').slice(-2).join('.'), resource: resource.split('/').slice(-2).join('/') };
}

/** What an entry of the audit log says about a call that was refused; '' for anything else. */
export function refusalWords(json: Json): string {
  const payload = object(json['protoPayload']);
  const message = text(object(payload['status'])['message']);
  return message === null ? '' : `${text(payload['methodName']) ?? 'a call'} was refused: ${message}`;
}

/** The balancer only handed the answer on: what is wrong, if anything, is behind it. */
const SENT_BY_BACKEND = 'response_sent_by_backend';

/** The backend of a load balancer that answered this entry's request itself; null for anything else. */
export function balancedBackend(json: Json): string | null {
  if (text(object(json['jsonPayload'])['statusDetails']) !== SENT_BY_BACKEND) return null;
  return text(object(object(json['resource'])['labels'])['backend_service_name']);
}

/**
 * What the platform itself reports, without what stands before it: a status of Cloud Run that turned false, why the load balancer could
 * not serve a request, or a packet for which Cloud NAT had no port; null for anything else.
 */
export function reportOf(json: Json): string | null {
  const flow = object(json['jsonPayload']);
  if (flow['allocation_status'] === 'DROPPED') return `Cloud NAT: allocation_status DROPPED to ${hostOf(object(flow['connection']))}`;
  const details = text(flow['statusDetails']);
  if (details !== null && details !== SENT_BY_BACKEND && Number(object(json['httpRequest'])['status'] ?? 0) >= 500)
    return `load balancer: ${details}`;
  const message = text(object(object(json['protoPayload'])['status'])['message']);
  return message !== null && message.startsWith('Ready condition status changed to False') ? message : null;
}

/** What a load balancer says of a request that it refused itself (401, 403, 429): its security policy, Identity-Aware Proxy; else null. */
export function refusedAtBalancer(json: Json): string | null {
  const details = text(object(json['jsonPayload'])['statusDetails']);
  const status = Number(object(json['httpRequest'])['status'] ?? 0);
  return details !== null && details !== SENT_BY_BACKEND && [401, 403, 429].includes(status) ? details : null;
}

function hostOf({ dest_ip: host, dest_port: port }: Json): string {
  return `${text(host) ?? 'an unknown address'}${typeof port === 'number' ? `:${port}` : ''}`;
}

const LONGEST_QUOTE = 600;

/** How a line is quoted, where that is more than its words: a structured line that says little in its message is quoted whole. */
export function quoteOf(said: string, json: Json): (() => string) | undefined {
  const payload = json['jsonPayload'];
  return payload === undefined || said.length > 60 ? undefined : () => plain(JSON.stringify(payload).slice(0, LONGEST_QUOTE));
}

/** The service, job, cluster or load balancer that wrote it; else the name of its log. */
export function ownerOf(json: Json): string {
  const labels = object(object(json['resource'])['labels']);
  const balancer = ['url_map_name', 'forwarding_rule_name'].map((key) => text(labels[key])).find((name) => name !== null) ?? null;
  if (balancer !== null) return `load balancer ${balancer}`;
  const gateway = text(labels['gateway_name']);
  if (gateway !== null) return `Cloud NAT ${gateway}`;
  const named = ['service_name', 'job_name', 'container_name', 'module_id', 'function_name'].map((key) => text(labels[key]));
  const logName = text(json['logName'])?.split('/').at(-1) ?? null;
  return named.find((name) => name !== null) ?? (logName === null ? '(no service)' : logName.replaceAll('%2F', '/'));
}
