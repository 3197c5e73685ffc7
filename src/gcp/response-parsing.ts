import type { z } from 'zod';
import { TerminalError } from '../core/errors.ts';
import { plainValue } from '../core/outside/plain.ts';

/**
 * A body that has been looked at, its texts plain: unknown fields are allowed, those that we use must have their type.
 * @throws TerminalError `bad-answer`, naming the path that does not fit.
 */
export function parse<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const result = schema.safeParse(plainValue(body));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw badAnswer(what, issue === undefined ? 'unreadable' : `${issue.path.join('.') || 'body'}: ${issue.message}`);
}

/** An answer of 200 whose content makes no sense. */
export function badAnswer(what: string, problem: string): TerminalError {
  return new TerminalError('bad-answer', `${what}: unexpected answer at ${problem}`);
}

/** The last segment of a resource name; a short name is its own (gcp-facts 2.2: both forms occur). */
export function shortName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** `"1.5s"` in milliseconds; null when it is missing or not a Duration. */
export function durationMs(text: string | null | undefined): number | null {
  if (typeof text !== 'string' || !/^-?\d+(?:\.\d+)?s$/.test(text)) return null;
  return Math.round(Number(text.slice(0, -1)) * 1_000);
}

/** An RFC 3339 instant in epoch milliseconds; null when it is missing or unreadable. */
export function instant(text: string | null | undefined): number | null {
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** Follows `nextPageToken`, also over empty pages, at most `maxPages` times. @throws TerminalError `too-many-pages`. */
export async function allPages<Page extends { readonly nextPageToken?: string | undefined }>(
  what: string,
  maxPages: number,
  fetchPage: (pageToken: string | undefined) => Promise<Page>,
): Promise<readonly Page[]> {
  const pages: Page[] = [];
  let token: string | undefined;
  do {
    if (pages.length === maxPages) throw new TerminalError('too-many-pages', `${what}: more than ${maxPages} pages`);
    const page = await fetchPage(token);
    pages.push(page);
    token = page.nextPageToken === '' ? undefined : page.nextPageToken;
  } while (token !== undefined);
  return pages;
}
