import type { Observation } from '../../core/model/observation.ts';
import type { JudgeInput } from '../witnesses/judge-input.ts';
import { diesAlone } from './dies-alone.ts';
import { failsAlone } from './fails-alone.ts';
import { illSince } from './ill-since.ts';

/** A revision that no traffic should go back to: it alone dies, or fails its users, again and again. */
export interface IllAlone {
  readonly revision: string;
  readonly because: string;
}

/** By service. Pure. */
export function illAlone(
  observation: Observation,
  facts: Pick<JudgeInput, 'servingSince' | 'revisions' | 'usersBouts'>,
): Readonly<Record<string, IllAlone>> {
  const all = Object.keys(observation.services).flatMap((name): [string, IllAlone][] => {
    const found = diesAlone(observation, name, facts) ?? failsAlone(observation, name, facts) ?? illSince(observation, name, facts);
    return found === null ? [] : [[name, found]];
  });
  return Object.fromEntries(all);
}
