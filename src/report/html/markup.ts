import { defined } from '../../core/defined.ts';
import { plain } from '../../core/outside/plain.ts';

/** Text that is HTML already; only `h` makes it, so that no object of a journal can pass for it. */
export class Html {
  readonly html: string;
  constructor(html: string) {
    this.html = html;
  }
}

export type Part = Html | string | number | null | readonly Part[];

/**
 * HTML of a template. Whatever is put into it is text and becomes no markup, in elements as in quoted attributes, unless `h` has made it:
 * terminal sequences, control characters, marks of direction and signs without width are taken out, the rest is escaped. null is nothing.
 */
export function h(fixed: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const html = fixed.map((text, index) => text + markup(parts[index] ?? null)).join('');
  return new Html(html);
}

function markup(part: Part): string {
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return Number.isFinite(part) ? String(part) : '–';
  if (part instanceof Html) return part.html;
  if (Array.isArray(part)) return part.map((each: Part) => markup(each)).join('');
  return part === null ? '' : escaped(JSON.stringify(part) ?? '');
}

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return plain(text).replaceAll(/[&<>"']/g, (sign) => defined(NAMED[sign]));
}

export const NOTHING = new Html('');

/** A section with its heading, or nothing where it has no body. `id` is ours. */
export function section(id: string, title: string, body: readonly (Html | null)[]): Html {
  const parts = body.filter((part): part is Html => part !== null && part.html !== '');
  return parts.length === 0
    ? NOTHING
    : h`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${title}</h2>\n${parts}</section>\n`;
}

/** A table with a caption, or nothing without rows. The first cell of a row is its heading. */
export function table(caption: string, head: readonly string[], rows: readonly (readonly Part[])[], kind = 'plain'): Html {
  if (rows.length === 0) return NOTHING;
  const headings = head.map((text) => h`<th scope="col">${text}</th>`);
  // On a narrow screen a row becomes a block: each cell then says what it is.
  const body = rows.map(
    ([first = '', ...cells]) =>
      h`<tr><th scope="row">${first}</th>${cells.map((cell, index) => h`<td data-of="${head[index + 1] ?? ''}">${cell}</td>`)}</tr>\n`,
  );
  return h`<table class="${kind}"><caption>${caption}</caption><thead><tr>${headings}</tr></thead><tbody>\n${body}</tbody></table>\n`;
}

export function list(items: readonly Part[], kind = 'plain'): Html {
  return items.length === 0 ? NOTHING : h`<ul class="${kind}">${items.map((item) => h`<li>${item}</li>`)}</ul>\n`;
}

/** What opens without a script. */
export function opens(summary: Part, body: Html): Html {
  return body.html === '' ? NOTHING : h`<details><summary>${summary}</summary>${body}</details>\n`;
}
