import type { Observation } from '../core/model/observation.ts';

/**
 * The same pure question, answered once for one look: a look is judged, diagnosed and planned on by several parts that each ask for what
 * they need, with the very same objects. Those are never changed once made. Kept as long as the look is, few for each.
 */
export function oncePerLook<Rest extends readonly unknown[], Answer>(
  answer: (observation: Observation, ...rest: Rest) => Answer,
): (observation: Observation, ...rest: Rest) => Answer {
  const known = new WeakMap<Observation, { readonly asked: Rest; readonly answer: Answer }[]>();
  return (observation, ...asked) => {
    const before = known.get(observation) ?? [];
    const found = before.find((one) => one.asked.length === asked.length && one.asked.every((part, index) => part === asked[index]));
    if (found !== undefined) return found.answer;
    const made = { asked, answer: answer(observation, ...asked) };
    known.set(observation, [...before, made].slice(-MOST));
    return made.answer;
  };
}

/** Of one look, with different facts. */
const MOST = 8;
