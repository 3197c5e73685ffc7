import type { Clock } from '../ports/clock.ts';
import type { RunStore } from '../ports/store.ts';
import type { Scenario, ScenarioPerson } from '../simulator/scenario.ts';
import type { Simulator } from '../simulator/simulator.ts';

export interface PeopleOptions {
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
export async function actAsPeople(options: PeopleOptions): Promise<void> {
  await Promise.all(options.scenario.people.map((person, index) => actAs(person, index, options)));
}

async function actAs(person: ScenarioPerson, index: number, options: PeopleOptions): Promise<void> {
  const { scenario, simulator, store, clock, signal } = options;
  try {
    await clock.sleepUntil(scenario.startAt + person.at, signal);
  } catch {
    return;
  }
  if ('request' in person) {
    const { method, path, body } = person.request;
    await simulator.handle({
      method,
      path,
      headers: { 'content-type': 'application/json', 'x-sim-actor': ACTOR },
      body: body === undefined ? '' : JSON.stringify(body),
    });
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
