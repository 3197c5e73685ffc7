import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';
import type { RunOutcome } from '../../../src/core/model/outcome.ts';
import { guardOf, nameOf, triggerOf } from '../../outline.ts';
import { EXIT_WORDS, ORDER_WORDS } from './exit-words.ts';
import { runbookState } from '../places.ts';

/** What leads out of the place where a run stands, in words for people: asked of the chart, so that it cannot tell another one. Pure. */

export interface Exit {
  /** What must happen; of a deadline, what else must hold then, '' for nothing. */
  readonly when: string;
  /** The timer that ends the wait, by the type of its event; null: no deadline. */
  readonly timer: string | null;
  /** What follows. */
  readonly to: string;
}

const RUNBOOK = 'incident.working.runbook';

/** What each way to end says of itself, by the action that chooses it. */
const ENDS: Readonly<Record<string, RunOutcome>> = {
  endRecovered: 'recovered',
  endEscalated: 'escalated',
  endRestored: 'restored',
  endAborted: 'aborted',
  endRefused: 'refused',
};

/**
 * All that leads out of the runbook's innermost state, nearest first; none outside of the runbook. What leads back into the same state is
 * left out. Which of them holds is decided by the chart when it happens: of those with the same trigger the first.
 */
export function exitsOf(active: readonly AnyStateNode[]): readonly Exit[] {
  const place = runbookState(active);
  if (place === undefined) return [];
  const exits = known.get(place) ?? placesFrom(place).flatMap((node) => leavingFrom(node, place));
  known.set(place, exits);
  return exits;
}

/** The chart never changes, and each step of a run tells its exits: they are put into words once for each state. */
const known = new WeakMap<AnyStateNode, readonly Exit[]>();

/** The state and those around it, up to the runbook. */
function placesFrom(place: AnyStateNode): readonly AnyStateNode[] {
  const { parent } = place;
  return place.id === RUNBOOK || parent === undefined ? [place] : [place, ...placesFrom(parent)];
}

function leavingFrom(node: AnyStateNode, place: AnyStateNode): readonly Exit[] {
  const all = [...(node.always ?? []), ...[...node.transitions.values()].flat()];
  const leaves = ({ target }: AnyTransitionDefinition): boolean => target !== undefined && target[0] !== place;
  return all.filter(leaves).map((transition) => {
    const before = all.slice(0, all.indexOf(transition)).filter(({ eventType }) => eventType === transition.eventType);
    const stays = before.filter((other) => !leaves(other)).flatMap((other) => holdsWords(other) ?? []);
    const when = whenWords(transition, { isRest: before.some(leaves), stays });
    return { when, timer: timerOf(transition), to: followsWords(transition) };
  });
}

function timerOf({ eventType }: AnyTransitionDefinition): string | null {
  return eventType.startsWith('xstate.after.') ? eventType : null;
}

interface Before {
  /** Others with the same trigger are asked first, and lead out as well. */
  readonly isRest: boolean;
  /** What keeps the run where it is, of what is asked first. */
  readonly stays: readonly string[];
}

function whenWords(transition: AnyTransitionDefinition, { isRest, stays }: Before): string {
  const trigger = triggerOf(transition);
  const order = ORDER_WORDS[trigger as keyof typeof ORDER_WORDS];
  const holds = holdsWords(transition);
  if (holds !== null) return order === undefined ? holds : `${order}, and ${holds}`;
  const rest = isRest ? 'none of the others holds' : null;
  const unless = stays.length === 0 ? null : `unless ${stays.join(', or ')}`;
  const happened = timerOf(transition) === null ? (order ?? (trigger === 'failed' ? 'it fails' : 'it is done')) : null;
  return [happened, rest, unless].filter((part) => part !== null).join(', ');
}

/** What is asked of the run before it goes this way; null: nothing. */
function holdsWords(transition: AnyTransitionDefinition): string | null {
  const guard = guardOf(transition);
  return guard === null ? null : (EXIT_WORDS[guard as keyof typeof EXIT_WORDS] ?? guard);
}

function followsWords({ actions, target }: AnyTransitionDefinition): string {
  const end = actions.map((action) => ENDS[nameOf(action)]).find((outcome) => outcome !== undefined);
  return end === undefined ? (target?.[0]?.description ?? '') : `The run ends: ${end}`;
}
