import { defined } from '../core/defined.ts';
import { z } from 'zod';
import { DAY, parseDuration, sayDuration } from '../core/duration.ts';
import { secretInUrl } from './secrets.ts';

/** What is wrong with a value, and how to mend it. */
export interface Fault {
  readonly what: string;
  readonly fix: string;
}

const DURATION_PATTERN = '^(?:\\d+(?:\\.\\d+)?(?:ms|s|m|h|d))+$';

/** Text with a rule of its own; `pattern` is for editors, through the JSON Schema. */
export function text(description: string, rule: (value: string) => Fault | null, pattern?: string): z.ZodString {
  const checked = z.string().superRefine((value, context) => {
    const fault = rule(value);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault.what, params: { fix: fault.fix } });
  });
  return checked.meta(pattern === undefined ? { description } : { description, pattern });
}

/** `5m`, `1h30m`, `90s`, between two bounds that are in it. Kept as text; `resolve.ts` makes milliseconds of it. */
export function duration(description: string, least: string = '1s', most: string = '7d'): z.ZodString {
  return text(
    `${description} A duration such as 30s, 5m or 1h30m, from ${least} to ${most}.`,
    (value) => durationFault(value, least, most),
    DURATION_PATTERN,
  );
}

/** A name that Google or the store accepts. */
export function name(
  description: string,
  pattern: RegExp,
  rule: string,
  fix: string = 'use the name as `gcloud` lists it, without its path',
): z.ZodString {
  return text(
    `${description} ${defined(rule[0]).toUpperCase()}${rule.slice(1)}.`,
    (value) => (pattern.test(value) ? null : { what: `${quote(value)} is not a legal name: ${rule}`, fix }),
    pattern.source,
  );
}

/** A whole number in bounds. */
export function count(description: string, least: number, most: number): z.ZodNumber {
  return z.number().int().min(least).max(most).meta({ description });
}

/** A part of one: 0.8 is 80 %. */
export function share(description: string): z.ZodNumber {
  return number(`${description} A share from 0 to 1: 0.8 is 80 %.`, (value) => {
    if (value > 0 && value <= 1) return null;
    const meant = value > 1 && value <= 100 ? `; did you mean ${value / 100}?` : '';
    return { what: `${value} is not a share above 0 and at most 1${meant}`, fix: 'write a share: 0.8 is 80 %' };
  });
}

/** A path that begins with a slash. */
export function path(description: string): z.ZodString {
  return text(description, pathFault, '^/');
}

/** Where a message is posted: `env:NAME`, or an address that is no secret by itself. */
export function webhook(description: string): z.ZodString {
  return text(description, (value) => (value.startsWith('env:') ? referenceFault(value) : (addressFault(value) ?? webhookFault(value))));
}

/** What is told must not travel readable, nor to a machine that was never meant: https, or http on this machine. */
export function webhookFault(value: string): ReturnType<typeof addressFault> {
  const url = URL.parse(value);
  const loopback = url !== null && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url === null || url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return null;
  return { what: 'a webhook must be https, or http on this machine', fix: 'write https://…' };
}

/** `env:NAME`, and nothing else: for secrets. */
export function reference(description: string): z.ZodString {
  return text(description, referenceFault, '^env:[A-Za-z_][A-Za-z0-9_]*$');
}

/** An instant with its offset, as RFC 3339 writes it. Kept as text. */
export function instant(description: string): z.ZodString {
  return text(`${description} RFC 3339 with an offset, such as 2025-12-24T18:00:00Z.`, (value) =>
    INSTANT.test(value) && !Number.isNaN(Date.parse(value))
      ? null
      : { what: `${quote(value)} is not an instant with an offset`, fix: 'write it as 2025-12-24T18:00:00Z or 2025-12-24T18:00:00+01:00' },
  );
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** A host name or address, without port and path. */
export function host(description: string): z.ZodString {
  return text(description, (value) =>
    /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)$/.test(value)
      ? null
      : { what: `${quote(value)} is not a host name or an address`, fix: 'write the name or the address alone, without port and path' },
  );
}

/** An IANA time zone. */
export function timeZone(description: string): z.ZodString {
  return text(description, (value) =>
    knownTimeZone(value) ? null : { what: 'not a known time zone', fix: 'write an IANA name such as UTC or America/Los_Angeles' },
  );
}

function knownTimeZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).format(0) !== '';
  } catch {
    return false;
  }
}

/** What is wrong with an absolute http(s) address; null when nothing is. Never repeats a secret. */
export function addressFault(value: string): Fault | null {
  const url = URL.parse(value);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return { what: 'not an absolute http(s) address', fix: 'write it whole, such as https://example.com/hook' };
  }
  const secret = secretInUrl(url);
  return secret === null
    ? null
    : { what: `the address carries a secret (${secret})`, fix: 'put the address into an environment variable and write env:NAME here' };
}

function referenceFault(value: string): Fault | null {
  return /^env:[A-Za-z_][A-Za-z0-9_]*$/.test(value)
    ? null
    : { what: 'this is not a reference to an environment variable', fix: 'put the secret into a variable and write env:NAME' };
}

/** What is wrong with a path; null when nothing is. */
export function pathFault(value: string): Fault | null {
  return /^\/[^\s\\]*$/.test(value) && !value.startsWith('//')
    ? null
    : { what: `${quote(value)} is not a path`, fix: 'write a path that begins with one slash, such as /health' };
}

function number(description: string, rule: (value: number) => Fault | null): z.ZodNumber {
  const checked = z.number().superRefine((value, context) => {
    const fault = rule(value);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault.what, params: { fix: fault.fix } });
  });
  return checked.meta({ description });
}

function durationFault(value: string, least: string, most: string): Fault | null {
  const ms = parseDuration(value);
  if (ms === null) {
    const meant = spelledOut(value);
    const fix = meant === null ? 'write a number and a unit (ms, s, m, h, d), such as 30s, 5m or 1h30m' : `write ${meant}`;
    return { what: `${quote(value)} is not a duration`, fix };
  }
  if (ms >= defined(parseDuration(least)) && ms <= defined(parseDuration(most)) && ms <= 366 * DAY) return null;
  return {
    what: `${quote(value)} is outside what is possible here (${least} to ${most})`,
    fix: `choose ${ms < defined(parseDuration(least)) ? `at least ${least}` : `at most ${most}`}`,
  };
}

/** `5 minutes` → `5m`; null when the words do not say a duration. */
function spelledOut(value: string): string | null {
  const said = /^\s*(\d+(?:\.\d+)?)\s*(ms|millis\w*|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)\s*$/i.exec(value);
  if (said === null) return null;
  const unit = defined(said[2]).toLowerCase();
  const short = unit.startsWith('ms') || unit.startsWith('milli') ? 'ms' : defined(unit[0]);
  const ms = parseDuration(`${defined(said[1])}${short}`);
  return ms === null ? null : sayDuration(ms).replaceAll(' ', '');
}

function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
