import { defined } from '../core/defined.ts';
import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a person can say to a run from outside its shell. */
export const ANSWERS = ['approve', 'reject', 'hold', 'resume'] as const;
export type AnswerKind = (typeof ANSWERS)[number];

/** What a one-time link is bound to: it lets its holder say this one thing, to this run, about this question, until then. */
export interface LinkTerms {
  readonly runId: string;
  /** `approve` lets its holder say yes or no. */
  readonly kind: AnswerKind;
  /** The question that it answers (`subjectOf`); '' for one that answers none. */
  readonly about: string;
  /** By the clock of people. */
  readonly expiresAt: number;
  /** Makes it one of its kind, and names the order that it leaves: used twice, it leaves one. */
  readonly nonce: string;
}

export type ReadLink =
  { readonly ok: true; readonly terms: LinkTerms } | { readonly ok: false; readonly why: 'unknown' | 'expired'; readonly at: number };

const SECOND = 1_000;
/** Short enough for a part of an address (`guard.ts`), long enough that nobody makes one up: 144 bits. */
const MAC_CHARACTERS = 24;
const FORM = /^(approve|reject|hold|resume)\.([\w-]{0,80})\.(\d{10})\.([\w-]{1,40})\.([\w-]{24})$/;

/** The last part of a link's address. Whoever has it can answer, so it is shown to nobody else and kept nowhere. */
export function writeLink(terms: LinkTerms, token: string): string {
  const expires = Math.floor(terms.expiresAt / SECOND);
  return [terms.kind, terms.about, String(expires), terms.nonce, macOf({ ...terms, expires }, token)].join('.');
}

/** Whether it was made under this token for this run, and still counts. Compared in constant time. */
export function readLink(text: string, runId: string, token: string, now: number): ReadLink {
  const [, kind, about, expires, nonce, mac] = FORM.exec(text) ?? [];
  if (mac === undefined) return { ok: false, why: 'unknown', at: 0 };
  const terms = { runId, kind: kind as AnswerKind, about: defined(about), expires: Number(expires), nonce: defined(nonce) };
  if (!isSame(mac, macOf(terms, token))) return { ok: false, why: 'unknown', at: 0 };
  const expiresAt = terms.expires * SECOND;
  if (expiresAt <= now) return { ok: false, why: 'expired', at: expiresAt };
  return { ok: true, terms: { runId, kind: terms.kind, about: terms.about, expiresAt, nonce: terms.nonce } };
}

/** Whether two secrets are the same, in a time that tells nothing of where they differ. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHmac('sha256', 'compare').update(text).digest());
  return timingSafeEqual(defined(a), defined(b));
}

function macOf({ runId, kind, about, expires, nonce }: Omit<LinkTerms, 'expiresAt'> & { readonly expires: number }, token: string): string {
  const key = createHmac('sha256', token).update('firebreak: one-time links').digest();
  const text = JSON.stringify([runId, kind, about, expires, nonce]);
  return createHmac('sha256', key).update(text).digest('base64url').slice(0, MAC_CHARACTERS);
}

/** The order that a link leaves, whatever is said with it: so it leaves one. */
export function linkOrder({ nonce }: Pick<LinkTerms, 'nonce'>): string {
  return `link-${nonce}`;
}
