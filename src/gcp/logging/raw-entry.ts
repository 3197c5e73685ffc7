import { plain, plainLine } from '../../core/outside/plain.ts';
import { identityOf } from '../../core/region.ts';
import type { RawLogEntry } from '../../ports/cloud.ts';
import { durationMs, instant } from '../response-parsing.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * A LogEntry of Logging v2, from the API or from an export of `gcloud logging read --format=json`, as one line of text with
 * where it came from. Never throws: what is missing is empty. Audit entries keep no text (they are about the API, not about
 * the application); an entry without a severity is DEFAULT (gcp-facts 5.2).
 */
export function toRawEntry(json: unknown): RawLogEntry {
  return entryIn(json, null);
}

/** The same, its service called as a run of a document of this region calls it; null: by its short name alone. */
export function entryIn(json: unknown, home: string | null): RawLogEntry {
  const entry = object(json);
  const labels = object(object(entry.resource).labels);
  const own = object(entry.labels);
  return {
    insertId: label(entry.insertId),
    at: instant(text(entry.timestamp)) ?? instant(text(entry.receiveTimestamp)) ?? 0,
    severity: label(entry.severity) ?? 'DEFAULT',
    service: called(label(labels.service_name) ?? label(labels.configuration_name) ?? '', label(labels.location), home),
    revision: label(labels.revision_name) ?? '',
    instance: label(own.instanceId),
    logName: label(entry.logName) ?? '',
    text: plain(text(entry.textPayload) ?? (entry.jsonPayload == null ? '' : payloadText(object(entry.jsonPayload)))),
    http: requestOf(object(entry.httpRequest)),
  };
}

function called(name: string, region: string | null, home: string | null): string {
  return home === null || region === null || name === '' ? name : identityOf({ name, region }, home);
}

/** What a structured line says: its message, then what it says about the error, each once. */
function payloadText(payload: Json): string {
  if (text(payload['@type'])?.endsWith('AuditLog')) return '';
  const once: string[] = [];
  for (const key of TOLD_IN) {
    const value = payload[key];
    if (value == null) continue;
    for (const part of errorText(value)) if (!once.some((before) => before.includes(part))) once.push(part);
  }
  return once.join('\n');
}

const TOLD_IN = ['message', 'msg', 'textPayload', 'error', 'exception', 'stack_trace', 'stack'];

/** An error is a text, or an object of one of the common shapes: `{type, value, traceback}`, `{name, message, stack}`. */
function errorText(value: unknown): readonly string[] {
  const plain = text(value);
  if (plain !== null) return [plain];
  const { type, name, value: said, message, traceback, stack } = object(value);
  const what = text(said) ?? text(message);
  if (what === null) return [];
  const kind = text(type) ?? text(name);
  return [kind === null ? what : `${kind}: ${what}`, ...[text(traceback) ?? text(stack)].filter((trace) => trace !== null)];
}

function requestOf(request: Json): RawLogEntry['http'] {
  const status = Number(request.status);
  if (!Number.isInteger(status) || status === 0) return null;
  return { status, latencyMs: durationMs(text(request.latency)), url: label(request.requestUrl) ?? '' };
}

function object(value: unknown): Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};
}

/** One line without control characters. */
function label(value: unknown): string | null {
  const found = text(value);
  return found === null ? null : plainLine(found);
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
