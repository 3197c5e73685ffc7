import { FirebreakError } from '../core/errors.ts';
import type { ChannelIds, Message, ToldChange } from '../core/model/message.ts';
import type { Channel, DeliveryOptions } from '../ports/notify.ts';
import { ask, attempting, refused, withoutSlash } from './wire.ts';
import type { Wire } from './wire.ts';
import { partsOf, said, shortened, titleOf } from './message-parts.ts';

/** PD-CEF: summaries are at most 1,024 characters; an event is at most 512 KB. */
const LONGEST_SUMMARY = 1_024;
const LONGEST_DETAIL = 20_000;
/** Kinds that say something new to whoever has been paged already. */
const UPDATES = new Set(['needs-you', 'escalated', 'ended']);

export interface PagerDutyOptions extends Wire {
  /** Integration key of an Events API v2 integration. */
  readonly routingKey: string;
  /** `https://events.pagerduty.com`, or that of the European region. */
  readonly api: string;
}

type Action = 'trigger' | 'acknowledge' | 'resolve';

/** What was done before: alerts that are not resolved, whether the newest waits for somebody, changes told. */
interface Pager {
  readonly alerts: readonly string[];
  readonly isOpen: boolean;
  readonly opened: number;
  readonly changes: number;
}

/**
 * Pages when a person is needed, and not before: an alert under the run's own name, acknowledged when somebody has answered, resolved
 * when the run has recovered. Whoever is needed again after that is paged again, by a second alert: one that is acknowledged rings nobody.
 * Every change of the run is a change event. A double of an alert's event is known by its key; of a change event PagerDuty knows none, and
 * after a lost answer one may stand there twice, with the same time and key.
 */
export function createPagerDuty({ routingKey, api, ...wire }: PagerDutyOptions): Channel {
  const described = `PagerDuty ${new URL(api).host}`;
  const post = async (path: string, event: object, { doubt, signal }: DeliveryOptions): Promise<void> => {
    const interruptible = signal === undefined ? {} : { signal };
    const request = {
      url: `${withoutSlash(api)}${path}`,
      method: 'POST' as const,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ routing_key: routingKey, ...event }),
    };
    await attempting(wire, { doubt, ...interruptible }, async () => {
      const { status, body } = await ask(wire, request, { described, ...interruptible });
      if (status === 202) return;
      throw refused(described, `answered ${status}${reasonsIn(body)}`, fixOf(status));
    });
  };
  return {
    name: 'pager-duty',
    described,
    arrives: 'a change event, which pages nobody,',
    async deliver(message, ids, options) {
      const tell = (change: ToldChange): Promise<void> => post('/v2/change/enqueue', changeEvent(message, change), options);
      if (message.kind === 'test') {
        await tell(testChange(message));
        return { ids, sent: true };
      }
      const { events, next } = eventsOf(message, pagerOf(ids));
      for (const { action, key } of events) await post('/v2/enqueue', alertEvent(message, action, key), options);
      let told = next.changes;
      try {
        for (const change of message.changes.slice(told)) {
          await tell(change);
          told += 1;
        }
      } catch (thrown) {
        // The page is out; what is left of the changes goes with the next message.
        if (!(thrown instanceof FirebreakError)) throw thrown;
        return { ids: idsOf({ ...next, changes: told }), sent: events.length > 0, problem: thrown.message };
      }
      return { ids: idsOf({ ...next, changes: told }), sent: events.length > 0 };
    },
  };
}

/** By where the run stands, not by what it says: a message that was lost, or comes late, pages nobody twice and nobody in vain. */
function eventsOf(
  { runId, needsPerson, standing, kind }: Message,
  pager: Pager,
): { readonly events: readonly { readonly action: Action; readonly key: string }[]; readonly next: Pager } {
  const newest = pager.alerts.at(-1);
  if (standing === 'recovered') {
    return { events: pager.alerts.map((key) => ({ action: 'resolve' as const, key })), next: { ...pager, alerts: [], isOpen: false } };
  }
  if (!needsPerson) {
    if (!pager.isOpen || newest === undefined) return { events: [], next: pager };
    return { events: [{ action: 'acknowledge', key: newest }], next: { ...pager, isOpen: false } };
  }
  if (pager.isOpen && newest !== undefined) return { events: UPDATES.has(kind) ? [{ action: 'trigger', key: newest }] : [], next: pager };
  const key = pager.opened === 0 ? runId : `${runId}#${pager.opened + 1}`;
  return {
    events: [{ action: 'trigger', key }],
    next: { ...pager, alerts: [...pager.alerts, key], isOpen: true, opened: pager.opened + 1 },
  };
}

function alertEvent(message: Message, action: Action, key: string): object {
  const named = { event_action: action, dedup_key: key };
  if (action !== 'trigger') return named;
  const details = Object.fromEntries(partsOf(message).map(({ name, text }) => [name ?? 'What happened', shortened(text, LONGEST_DETAIL)]));
  return {
    ...named,
    client: 'Firebreak',
    ...(message.page === null ? {} : { client_url: message.page }),
    ...linksOf(message),
    payload: {
      summary: shortened(`${titleOf(message)}: ${message.happened}`.replaceAll(/\s+/g, ' '), LONGEST_SUMMARY),
      source: message.environment,
      severity: message.standing === 'waiting' ? 'error' : 'critical',
      timestamp: said(message.at),
      custom_details: { ...details, Run: message.runId, Commands: message.commands },
    },
  };
}

function changeEvent(message: Message, { key, title, at, standing }: ToldChange): object {
  return {
    ...linksOf(message),
    payload: {
      summary: shortened(`${message.environment}: ${title}`, LONGEST_SUMMARY),
      source: 'Firebreak',
      timestamp: said(at),
      custom_details: { Run: message.runId, Key: key, 'As known': standing },
    },
  };
}

function testChange({ key, happened, at }: Message): ToldChange {
  return { key, title: happened, at, standing: 'a test, nothing was changed' };
}

function linksOf({ page }: Message): object {
  return page === null ? {} : { links: [{ href: page, text: 'The run' }] };
}

function pagerOf({ alerts = '', open, opened = '0', changes = '0' }: ChannelIds): Pager {
  return { alerts: alerts === '' ? [] : alerts.split(' '), isOpen: open === 'yes', opened: Number(opened), changes: Number(changes) };
}

function idsOf({ alerts, isOpen, opened, changes }: Pager): ChannelIds {
  return { alerts: alerts.join(' '), open: isOpen ? 'yes' : 'no', opened: String(opened), changes: String(changes) };
}

function reasonsIn(body: string): string {
  try {
    const { message, errors } = JSON.parse(body) as { readonly message?: unknown; readonly errors?: unknown };
    const reasons = [message, ...(Array.isArray(errors) ? (errors as unknown[]) : [])].filter((each) => typeof each === 'string');
    return reasons.length === 0 ? '' : ` (${shortened(reasons.join(': '), 300)})`;
  } catch {
    return '';
  }
}

function fixOf(status: number): string {
  if (status === 400)
    return 'the routing key must be that of an integration of the type "Events API v2" of the service (32 characters), not an API access key';
  if (status === 403 || status === 404)
    return 'the service or its integration is switched off, or the key is of the other region: events.eu.pagerduty.com has keys of its own';
  return "look at PagerDuty's status, and try again";
}
