import { createHash } from 'node:crypto';
import { h, NOTHING } from './markup.ts';
import type { Html } from './markup.ts';
import { STYLE } from './style.ts';

/** What a page of ours may load and run: its own style sheet, known by its hash, and nothing else. */
export const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** A whole page that needs nothing beside it: no script, no font, no picture, no network. `reloadS`: asked for anew after so many seconds. */
export function pageOf(title: string, body: Html, reloadS: number | null = null): string {
  const reload = reloadS === null ? NOTHING : h`<meta http-equiv="refresh" content="${reloadS}">\n`;
  const style = `<style>${STYLE}</style>`;
  const top = h`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
${reload}<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="generator" content="firebreak">
<title>${title}</title>`;
  const main = h`</head><body><a class="skip" href="#next">To what is to be done</a><main>
<svg class="defs" width="0" height="0" aria-hidden="true"><defs><pattern id="fail" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="fail-ground" width="6" height="6"/><line class="fail-line" x1="0" y1="0" x2="0" y2="6"/></pattern></defs></svg>
${body}</main></body></html>\n`;
  return `${top.html}${style}${main.html}`;
}
