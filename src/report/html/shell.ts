import { createHash } from 'node:crypto';
import { h, NOTHING } from './markup.ts';
import type { Html } from './markup.ts';
import { STYLE } from './style.ts';

/** What stands beside the body of a page that is served instead of kept. */
export interface Beside {
  /** What the page may do beyond loading its own style: a policy for scripts, connections and forms. */
  readonly policy: string;
  readonly referrer: 'same-origin';
  /** Stands at the end of the body; the policy must know it. */
  readonly script?: string;
  /** For the script, on the main element. */
  readonly data?: Readonly<Record<string, string>>;
  /** A browser without scripts asks for the page anew after so many seconds; null: it does not. */
  readonly reloadS?: number | null;
}

const STYLE_ONLY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'`;

/** What a page of ours may load, run and send: its own style sheet, known by its hash, and nothing else; a served one what it says. */
export function policyOf(beside: Pick<Beside, 'policy'> | null): string {
  return `${STYLE_ONLY}; ${beside?.policy ?? "form-action 'none'"}`;
}

/** A whole page that needs nothing beside it: no font, no picture, no network; kept, no script either. */
export function pageOf(title: string, body: Html, beside: Beside | null = null): string {
  const reloadS = beside?.reloadS ?? null;
  const reload = reloadS === null ? NOTHING : h`<noscript><meta http-equiv="refresh" content="${reloadS}"></noscript>\n`;
  const style = `<style>${STYLE}</style>`;
  const script = beside?.script === undefined ? '' : `<script>${beside.script}</script>`;
  const data = Object.entries(beside?.data ?? {}).map(([name, value]) => h` data-${name}="${value}"`);
  const top = h`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policyOf(beside)}">
${reload}<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="${beside?.referrer ?? 'no-referrer'}"><meta name="generator" content="firebreak">
<title>${title}</title>`;
  const main = h`</head><body><a class="skip" href="#next">To what is to be done</a><main${data}>
<svg class="defs" width="0" height="0" aria-hidden="true"><defs><pattern id="fail" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="fail-ground" width="6" height="6"/><line class="fail-line" x1="0" y1="0" x2="0" y2="6"/></pattern></defs></svg>
${body}</main>`;
  return `${top.html}${style}${main.html}${script}</body></html>\n`;
}
