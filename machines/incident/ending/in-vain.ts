import type { IncidentContext } from '../context.ts';
import { instantOf } from '../events.ts';
import { sayInstant } from '../people/say-instant.ts';

/**
 * What failed is put back and its users are not served well: nothing is left to do, and nobody goes home. Looked at, and told again and
 * again, until it is well or as long as anything is given to get better. Pure.
 */

interface Scope {
  readonly context: IncidentContext;
}

export function beginInVain({ context, event }: Scope & { readonly event: object }): Partial<IncidentContext> {
  const now = { ...context, inVainSince: instantOf(event) };
  return { inVainSince: now.inVainSince, outbox: [...context.outbox, `${context.target}: a human is needed: ${inVainWords(now)}`] };
}

/** Not longer than an escalated run watches, nor than the runbook waits for anything to get better. */
export function inVainMs({ settings }: Pick<IncidentContext, 'settings'>): number {
  return Math.min(settings.followForMs, settings.windowMs);
}

/** What failed, what users have now, and what can be done; '' while nothing of that is so. */
export function inVainWords(context: IncidentContext): string {
  const { inVainSince, failure, look } = context;
  if (inVainSince == null) return '';
  const open = Object.entries(look?.gates ?? {}).filter(([gate, { outcome }]) => gate.startsWith('healthy:') && outcome !== 'pass');
  const seen = open.map(([gate, { because }]) => because || gate.slice('healthy:'.length)).join('; ');
  const now = look === null || seen === '' ? '' : ` Seen ${sayInstant(look.at)}: ${seen}.`;
  const until = sayInstant(inVainSince + inVainMs(context));
  return `${(failure ?? 'a step failed').replace(/\.{1,3}$/, '')}.${now} Nothing is changed any more; it is looked at until ${until}, and proven when it is well. \`firebreak retry\` looks and plans anew, with what was undone among it.`;
}
