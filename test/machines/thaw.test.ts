import { describe, expect, test } from 'vitest';
import { transition } from 'xstate';
import type { AnyMachineSnapshot } from 'xstate';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { DEPLOYING, T } from './present-ways.ts';

type Phase = 'capacity' | 'services';

/** A freeze has refused a write of this step, after one failed try. */
const frozen = (more: Partial<IncidentContext> = {}): IncidentContext => ({ ...DEPLOYING, attempts: 1, revision: null, ...more });
const FROZEN: Readonly<Record<Phase, IncidentContext>> = {
  capacity: frozen({ stepsDone: DEPLOYING.plan!.steps.map(({ id }) => id).filter((id) => !id.startsWith('pin:')) }),
  services: frozen(),
};

/** Looks agree that no step is needed any more. */
const notNeeded = (context: IncidentContext): IncidentContext => ({
  ...context,
  standings: Object.fromEntries(
    context.plan!.steps.map(({ id }) => [id, { word: 'gone' as const, because: 'it is well', since: T(2), at: T(3), looks: 2 }]),
  ),
});

function goesOn(phase: Phase, context: IncidentContext, type: string): { readonly runbook: unknown; readonly context: IncidentContext } {
  const regions = { watch: 'resting', escalation: 'watching', operator: 'active', telling: 'quiet' };
  const value = { working: { ...regions, runbook: { [phase]: 'waitingForThaw' } } };
  const before = incidentMachine.resolveState({ value, context } as never);
  const [after] = transition(incidentMachine, before, { type, by: 'ann', at: T(200) } as never);
  const { value: where, context: remembered } = after as AnyMachineSnapshot;
  return {
    runbook: (where as { readonly working: { readonly runbook: unknown } }).working.runbook,
    context: remembered as IncidentContext,
  };
}

const ends = (phase: Phase): readonly (readonly [string, string])[] => [
  ['the end of the freeze', `xstate.after.THAW.incident.working.runbook.${phase}.waitingForThaw`],
  ['a human who wants it tried now', 'RETRY'],
];

describe.each([
  ['capacity', { capacity: { pinningTraffic: 'requesting' } }],
  ['services', { services: { deploying: 'requesting' } }],
] as const)('after a freeze in the phase of %s', (phase, again) => {
  test.each(ends(phase))('%s chooses the step anew: what failed before does not count any more', (_, type) => {
    expect(goesOn(phase, FROZEN[phase], type)).toMatchObject({ runbook: again, context: { attempts: 0 } });
  });

  test('a step that is not needed any more is not made', () => {
    const { runbook } = goesOn(phase, notNeeded(FROZEN[phase]), ends(phase)[0]![1]);
    expect(runbook).toEqual({ assessing: 'diagnosing' });
  });
});

test('a revision that stood ready before the freeze goes on, and is not deployed a second time', () => {
  for (const [, type] of ends('services')) {
    const { runbook, context } = goesOn('services', frozen({ revision: 'auth-2', share: 10 }), type);
    expect(runbook).toEqual({ services: { shiftingTraffic: 'requesting' } });
    expect(context).toMatchObject({ revision: 'auth-2', share: 10, attempts: 1 });
  }
});
