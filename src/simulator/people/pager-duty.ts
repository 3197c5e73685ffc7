import { jsonResponse, type SimRequest, type SimResponse } from '../messages.ts';
import { isFields } from '../surface/wire.ts';
import { parsedJson, textIn, type Delivered } from './delivered.ts';

export interface PagerDutyService {
  /** Missing: any of the right length. */
  readonly routingKeys?: readonly string[];
}

const SEVERITIES = ['critical', 'error', 'warning', 'info'];

/** PagerDuty's Events API v2: alerts by their key, change events, and what it refuses. `rings` are the alerts that called somebody. */
export class PagerDuty {
  readonly #service: PagerDutyService;
  readonly #tell: (delivered: Delivered) => void;
  readonly alerts = new Map<string, 'triggered' | 'acknowledged' | 'resolved'>();
  readonly rings: string[] = [];

  constructor(service: PagerDutyService, tell: (delivered: Delivered) => void) {
    this.#service = service;
    this.#tell = tell;
  }

  handle(path: string, { method, body }: SimRequest, now: number): SimResponse {
    if (method !== 'POST') return jsonResponse(405, { status: 'Method Not Allowed' });
    const event = parsedJson(body);
    if (!isFields(event)) return invalid('Event object format is unrecognized: JSON parse error');
    const key = textIn(event['routing_key']);
    const { routingKeys } = this.#service;
    if (key.length !== 32) return invalid("Length of 'routing_key' is incorrect (should be 32 characters)");
    if (routingKeys !== undefined && !routingKeys.includes(key)) return invalid('Invalid routing key');
    return path === '/v2/change/enqueue' ? this.#change(event, now) : this.#alert(event, now);
  }

  #alert(event: Readonly<Record<string, unknown>>, now: number): SimResponse {
    const action = textIn(event['event_action']);
    const dedupKey = textIn(event['dedup_key']);
    if (!['trigger', 'acknowledge', 'resolve'].includes(action)) return invalid("'event_action' is missing or unknown");
    if (dedupKey.length > 255) return invalid("Length of 'dedup_key' is incorrect (should be at most 255 characters)");
    if (action === 'trigger') {
      const problem = payloadProblem(event['payload'], true);
      if (problem !== null) return invalid(problem);
    } else if (dedupKey === '') return invalid("'dedup_key' is missing or blank");
    const payload = isFields(event['payload']) ? event['payload'] : {};
    const before = this.alerts.get(dedupKey);
    const isOpen = before === 'triggered' || before === 'acknowledged';
    if (action === 'trigger' && !isOpen) {
      this.rings.push(dedupKey);
      this.alerts.set(dedupKey, 'triggered');
    }
    if (action === 'acknowledge' && isOpen) this.alerts.set(dedupKey, 'acknowledged');
    if (action === 'resolve' && isOpen) this.alerts.set(dedupKey, 'resolved');
    this.#tell({ at: now, channel: 'pager-duty', kind: action, key: dedupKey, thread: dedupKey, text: textIn(payload['summary']) });
    return jsonResponse(202, { status: 'success', message: 'Event processed', dedup_key: dedupKey });
  }

  #change({ payload }: Readonly<Record<string, unknown>>, now: number): SimResponse {
    const problem = payloadProblem(payload, false);
    if (problem !== null) return invalid(problem);
    const { summary, custom_details: details } = payload as Readonly<Record<string, unknown>>;
    const key = isFields(details) ? textIn(details['Key']) : '';
    this.#tell({ at: now, channel: 'pager-duty', kind: 'change', key: key === '' ? null : key, thread: null, text: textIn(summary) });
    return jsonResponse(202, { status: 'success', message: 'Change event processed' });
  }
}

function payloadProblem(payload: unknown, isAlert: boolean): string | null {
  if (!isFields(payload)) return "'payload' is missing or blank";
  const summary = textIn(payload['summary']);
  if (summary === '') return "'payload.summary' is missing or blank";
  if (summary.length > 1_024) return "Length of 'payload.summary' is incorrect (should be at most 1024 characters)";
  if (Number.isNaN(Date.parse(textIn(payload['timestamp'])))) return "'payload.timestamp' is invalid (must be in ISO 8601 format)";
  if (!isAlert) return null;
  if (textIn(payload['source']) === '') return "'payload.source' is missing or blank";
  return SEVERITIES.includes(textIn(payload['severity']))
    ? null
    : "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')";
}

function invalid(error: string): SimResponse {
  return jsonResponse(400, { status: 'invalid event', message: 'Event object is invalid', errors: [error] });
}
