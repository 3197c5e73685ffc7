import type { Clock } from '../ports/clock.ts';
import type { RunStore } from '../ports/store.ts';
import { makeManualChanges } from '../simulator/manual-changes.ts';
import type { Scenario, ScenarioPerson } from '../simulator/scenario.ts';
import type { Simulator } from '../simulator/simulator.ts';

export interface ScriptedOperatorsOptions {
  readonly scenario: Scenario;
  readonly simulator: Simulator;
  readonly store: RunStore;
  readonly clock: Clock;
  readonly nudge: () => Promise<void>;
  /** Aborted when the run is over: who has not acted by then goes home. */
  readonly signal: AbortSignal;
}

const COMMANDS = { hold: 'HOLD', resume: 'RESUME', abort: 'ABORT', approve: 'APPROVE', adopt: 'ADOPT' } as const;
const ACTOR = 'ann@example.com';

/** What the scenario's people do, each at its time: words to the run through its store, changes by hand through the API. */
export async function runScriptedOperators(options: ScriptedOperatorsOptions): Promise<void> {
  const speaking = options.scenario.people.flatMap((person, index) => ('do' in person ? [speak(person, index, options)] : []));
  await Promise.all([makeManualChanges(options), ...speaking]);
}

async function speak(
  person: Extract<ScenarioPerson, { readonly do: unknown }>,
  index: number,
  options: ScriptedOperatorsOptions,
): Promise<void> {
  const { scenario, store, clock, signal } = options;
  try {
    await clock.sleepUntil(scenario.startAt + person.at, signal);
  } catch {
    return;
  }
  const reason = person.reason ?? `as the scenario says at ${person.at / 60_000} min`;
  const type = COMMANDS[person.do];
  // As `firebreak approve` does it: a yes is a yes to the plan that is shown.
  const plan = person.do === 'approve' ? (await store.readStatus())?.asks?.plan : null;
  const event = { type, by: ACTOR, reason, ...(plan == null ? {} : { plan }) };
  await store.sendCommand({ id: `person-${index}`, at: clock.now(), by: ACTOR, event });
  await options.nudge();
}
