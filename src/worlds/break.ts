import { UserError } from '../core/errors.ts';
import type { Scenario } from '../simulator/scenario.ts';
import { nearest } from '../spec/hints.ts';
import { BREAKS } from './breaks.ts';

/** One fault of the set: its kind, and what it breaks. */
export interface LaidBreak {
  readonly kind: string;
  /** `*`: the whole environment. */
  readonly target: string;
  readonly title: string;
}

/** `KIND` or `KIND:WHAT`, as it is written. */
export function breakText({ kind, target }: LaidBreak): string {
  return target === '*' ? kind : `${kind}:${target}`;
}

/** Every fault that this world can meet. */
export function breaksOf({ world }: Scenario): readonly LaidBreak[] {
  return Object.entries(BREAKS).flatMap(([kind, { title, targets }]) => targets(world).map((target) => ({ kind, target, title })));
}

/**
 * The world with the fault `KIND` or `KIND:WHAT` laid over it; without WHAT the first that can be broken so. Nothing is expected of the end
 * any more. Throws `UserError` (`break-unknown`) where there is no such fault, or nothing of that name to break.
 */
export function layBreak(scenario: Scenario, wanted: string): Scenario {
  const [kind = '', what] = wanted.split(/:(.*)/s);
  const found = BREAKS[kind];
  if (found === undefined || !Object.hasOwn(BREAKS, kind)) throw unknown(`there is no fault ${kind}`, kind, Object.keys(BREAKS));
  const targets = found.targets(scenario.world);
  const target = what ?? targets[0];
  if (target === undefined) throw new UserError('break-unknown', `--break ${kind}: the world has nothing that it could break`, LIST);
  if (!targets.includes(target)) throw unknown(`--break ${kind}: the world has no ${target} for it`, target, targets);
  return { ...found.lay(scenario, target), cause: found.cause, title: `${scenario.title}; ${found.title}` };
}

const LIST = '`firebreak rehearse --break list` shows them';

function unknown(what: string, word: string, known: readonly string[]): UserError {
  const hint = nearest(word, known);
  return new UserError('break-unknown', `${what}; known: ${known.join(', ')}`, hint === null ? LIST : `write ${hint}; ${LIST}`);
}
