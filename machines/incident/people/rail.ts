/** The runbook's phases in a row, for people: where it has been, where it is, and what lies ahead. Pure. */

export interface RailPlace {
  readonly name: string;
  readonly state: 'been' | 'here' | 'ahead' | 'passed-over';
}

/** In the order of the runbook, by the outermost state. A test holds them to the chart. */
export const RAIL = { assessing: 'assess', capacity: 'capacity', services: 'services', proving: 'prove', proven: 'proven' } as const;
/** Where the way along the rail is left. */
export const ASIDE = {
  undoing: 'undo one step',
  restoring: 'restore',
  awaitingOperator: 'a human decides',
  awaitingShare: 'a human decides',
  following: 'handed over',
} as const;

const MAIN = Object.entries(RAIL);

/** `been`: the outermost states that the run has been in, in any order. */
export function railOf(been: ReadonlySet<string>, here: string | null): readonly RailPlace[] {
  const at = MAIN.findIndex(([phase]) => phase === here);
  if (at >= 0)
    return MAIN.map(([phase, name], index) => {
      if (index === at) return { name, state: 'here' };
      if (index > at) return { name, state: 'ahead' };
      return { name, state: been.has(phase) ? 'been' : 'passed-over' };
    });
  const behind = MAIN.filter(([phase]) => been.has(phase)).map(([, name]): RailPlace => ({ name, state: 'been' }));
  const aside = Object.entries(ASIDE).find(([phase]) => phase === here)?.[1];
  return aside === undefined ? behind : [...behind, { name: aside, state: 'here' }];
}

/** The outermost state of the runbook; null outside of it. */
export function outermostPhase(states: readonly string[]): string | null {
  const path = states.find((state) => state.split('.').includes('runbook'))?.split('.');
  return path?.[path.indexOf('runbook') + 1] ?? null;
}
