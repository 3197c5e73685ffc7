import { getStateNodes } from 'xstate';
import type { AnyMachineSnapshot, AnyStateNode } from 'xstate';
import type { AskingMeta, StateMeta } from './state-meta.ts';

/** Where a run stands, asked of the chart by those who show it: its active states, and what each is to people. Pure. */

const RUNBOOK = 'incident.working.runbook.';
const LOOKS = 'incident.working.watch.';
const HANDED_OVER = 'incident.working.escalation.escalated';

/** Where health must last unbroken for a time. */
export const SOAKING = `${RUNBOOK}proving.soaking`;
export const STABILIZING = `${RUNBOOK}services.stabilizing`;

/** Beside the runbook, waits that say nothing: the next report, nobody holding the run. */
const QUIET = ['incident.working.telling.quiet', 'incident.working.operator.active'];

/** Where what is proven, and what is still open of it, is the news. */
const PROVING = ['incident.working.runbook.proving.', 'incident.working.runbook.following'];

/** The states in which the run stands, each before those inside it. */
export function activeStates({ machine, value }: AnyMachineSnapshot): readonly AnyStateNode[] {
  return [...new Set(getStateNodes(machine.root, value))];
}

/** Of the three regions that decide; looking and telling serve them. */
export function isOfDeciding({ id }: AnyStateNode): boolean {
  return /^incident\.working\.(?:runbook|escalation|operator)\b/.test(id);
}

/** `capacity.scalingConnector`: the runbook's place without its innermost step; the top state outside the runbook. */
export function phaseOf(active: readonly AnyStateNode[]): string {
  const inner = active.filter(({ id }) => id.startsWith(RUNBOOK)).map(({ id }) => id.slice(RUNBOOK.length));
  const deepest = inner.toSorted((a, b) => b.length - a.length)[0];
  if (deepest !== undefined) return deepest.split('.').slice(0, 2).join('.');
  return active.find(({ path }) => path.length === 1)?.key ?? 'unknown';
}

/** The innermost state of the runbook; undefined outside of it. */
export function runbookState(active: readonly AnyStateNode[]): AnyStateNode | undefined {
  return active.find(({ id, type }) => id.startsWith(RUNBOOK) && type === 'atomic');
}

/** States whose waiting means something to people: for a human first, then the runbook's, then what runs beside it. */
export function statesThatWait(active: readonly AnyStateNode[]): readonly AnyStateNode[] {
  const waiting = active.filter(({ id, type }) => type === 'atomic' && !id.startsWith(LOOKS) && !QUIET.includes(id));
  return waiting.toSorted((a, b) => rank(a) - rank(b));
}

function rank({ id, tags }: AnyStateNode): number {
  if (tags.includes('operator')) return 0;
  if (id.startsWith(RUNBOOK)) return 1;
  return id.startsWith(HANDED_OVER) ? 2 : 3;
}

/** Whether recovery is being proven here, or waited for. */
export function isProving({ id }: AnyStateNode): boolean {
  return PROVING.some((place) => id.startsWith(place));
}

/** What is asked of a human now, the foremost first: a change by others must be decided before anything that is planned on it. */
export function askingStates(active: readonly AnyStateNode[]): readonly { readonly state: AnyStateNode; readonly asks: AskingMeta }[] {
  const asking = active.flatMap((state) => {
    const asks = (state.meta as StateMeta | undefined)?.asks;
    return asks === undefined ? [] : [{ state, asks }];
  });
  return asking.toSorted((a, b) => FOREMOST.indexOf(a.asks.about) - FOREMOST.indexOf(b.asks.about));
}

const FOREMOST: readonly AskingMeta['about'][] = ['change', 'question', 'plan'];
