import { plainLine } from '../core/outside/plain.ts';
import { redact } from '../core/outside/redact.ts';
import { SIGN_OFF } from '../core/sign-off.ts';
import type { OperatorEvent } from '../../machines/incident/events.ts';
import type { InboxNote } from '../durable/run-options.ts';

type Field = 'text' | 'text?' | 'flag?';
const BY: Field = 'text';
const SAID = { by: BY, reason: 'text?' } as const;

/** The operators' events and their fields: all that the inbox may bring. Total, so that a new event must be decided here. */
const ORDERS: Readonly<Record<OperatorEvent['type'], Readonly<Record<string, Field>>>> = {
  HOLD: { ...SAID, standing: 'flag?' },
  RESUME: { by: BY },
  ADOPT: { by: BY, from: 'text?' },
  ABORT: SAID,
  APPROVE: { by: BY, plan: 'text?' },
  REJECT: SAID,
  SKIP: { ...SAID, step: 'text' },
  RETRY: { by: BY },
  ROLLBACK: SAID,
};

/** Longer words are cut: a reason is a sentence. */
const LONGEST = 500;
const OWN = ['type', 'at'];

interface Order {
  readonly type: string;
  readonly at: number;
}

/**
 * What somebody put into the inbox as an operator's event with exactly its fields, in plain lines; a signature as a note for the
 * journal, which the runbook does not hear; or why it is neither. Whoever can
 * write there can put in anything, an activity's answer or the chart's own events included, and can call himself anybody.
 */
export function readCommand<T extends Order>(
  event: T,
): { readonly order: T } | { readonly note: InboxNote } | { readonly refusal: string } {
  if (event.type === SIGN_OFF) return readSignOff(event);
  const fields = Object.hasOwn(ORDERS, event.type) ? ORDERS[event.type as OperatorEvent['type']] : undefined;
  if (fields === undefined) return { refusal: `the inbox takes ${Object.keys(ORDERS).join(', ')}, nothing else` };
  const given = Object.entries(event).filter(([name]) => !OWN.includes(name));
  const foreign = given.find(([name]) => name !== 'reason' && !Object.hasOwn(fields, name));
  if (foreign !== undefined) return { refusal: `${event.type} has no field ${plainLine(foreign[0]).slice(0, 40)}` };
  const values = new Map<string, unknown>(given);
  for (const [name, kind] of Object.entries({ reason: 'text?' as const, ...fields })) {
    const problem = problemOf(values.get(name), kind);
    if (problem !== null) return { refusal: `${event.type}: ${name} ${problem}` };
  }
  if (event.type === 'APPROVE' && values.has('plan') && !/^[0-9a-f]{8,64}$/.test(String(values.get('plan'))))
    return { refusal: 'it names no plan: at least eight characters of its hash' };
  const words = given.map(([name, value]) => [name, typeof value === 'string' ? wordsOf(name, value) : value] as const);
  const reason = 'reason' in fields ? { reason: 'no reason given' } : {};
  return { order: { ...event, ...reason, ...Object.fromEntries(words) } };
}

function readSignOff(event: Order): { readonly note: InboxNote } | { readonly refusal: string } {
  const { by, name, decision, note } = event as Order & Readonly<Record<string, unknown>>;
  const texts = [by, name, note].map((value) => (typeof value === 'string' ? redact(plainLine(value)).slice(0, LONGEST) : null));
  const [said, signer, words] = texts;
  if (said == null || signer == null || signer === '' || words == null) return { refusal: `${SIGN_OFF}: by, name and note must be texts` };
  if (decision !== 'accepted' && decision !== 'rejected') return { refusal: `${SIGN_OFF}: the decision is accepted or rejected` };
  return { note: { event: SIGN_OFF, data: { by: said, name: signer, decision, note: words } } };
}

/** A reason may be a line that somebody pasted; what names a step or a plan is compared with what we have named ourselves. */
function wordsOf(name: string, value: string): string {
  const line = plainLine(value);
  return (name === 'reason' || name === 'by' ? redact(line) : line).slice(0, LONGEST);
}

function problemOf(value: unknown, kind: Field): string | null {
  if (value === undefined) return kind.endsWith('?') ? null : 'is missing';
  if (kind === 'flag?') return typeof value === 'boolean' ? null : 'must be true or false';
  return typeof value === 'string' ? null : 'must be a text';
}
