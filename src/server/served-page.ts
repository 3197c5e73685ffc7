import { createHash } from 'node:crypto';
import type { Html } from '../report/html/markup.ts';
import { pageOf } from '../report/html/shell.ts';
import type { Beside } from '../report/html/shell.ts';
import { LIVE_SCRIPT } from './live-script.ts';

/** A page about what goes on is asked for anew after so long, also where nothing was heard. */
export const RELOAD_S = 15;

const hash = createHash('sha256').update(LIVE_SCRIPT).digest('base64');

/** What is added to the page's own policy: our one script, by its hash, may ask this server; a form goes to this server. */
const SERVED = { policy: `script-src 'sha256-${hash}'; connect-src 'self'; form-action 'self'`, referrer: 'same-origin' } as const;

/** How a page follows what goes on: `events`: where it hears of it, if anywhere; `after`: up to where it tells. */
export interface Live {
  readonly events: string | null;
  readonly after: number;
  /** Something may be typed into it: without a script it does not load itself anew. */
  readonly hasForm: boolean;
  /** The present by the clock that the run follows, epoch ms, and whether that clock goes on like every other; null: it cannot be asked. */
  readonly clock: { readonly now: number; readonly goesOn: boolean } | null;
}

export interface ServedPage {
  readonly title: string;
  readonly body: Html;
  /** null: it is final. */
  readonly live: Live | null;
}

export function servedPage({ title, body, live }: ServedPage): string {
  return pageOf(title, body, besideOf(live));
}

/** What stands beside the body of a page that is served instead of kept. */
export function besideOf(live: Live | null): Beside {
  if (live === null) return SERVED;
  const data = {
    ...(live.events === null ? {} : { events: live.events }),
    ...(live.clock === null ? {} : { now: String(live.clock.now), goes: live.clock.goesOn ? '1' : '0' }),
    after: String(live.after),
    every: String(RELOAD_S),
  };
  return { ...SERVED, script: LIVE_SCRIPT, data, reloadS: live.hasForm ? null : RELOAD_S };
}
