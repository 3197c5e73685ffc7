import type { Scenario, ScenarioPerson } from './scenario.ts';
import type { SimClock } from './clocks/sim-clock.ts';
import type { Simulator } from './simulator-interface.ts';

type Hand = Extract<ScenarioPerson, { readonly request: unknown }>;

export interface ManualChangesOptions {
  readonly scenario: Pick<Scenario, 'startAt' | 'people'>;
  readonly simulator: Simulator;
  /** The instants of `scenario` are this clock's. */
  readonly clock: SimClock;
  /** Aborted when the run is over: who has not acted by then never will. */
  readonly signal: AbortSignal;
}

/**
 * Everybody of the scenario who changes something by hand, each at their times, through the same API as anybody. A change that
 * is refused although the scenario does not say `mayFail` is noted in `simulator.missedHands`.
 */
export async function makeManualChanges(options: ManualChangesOptions): Promise<void> {
  const hands = options.scenario.people.filter((person) => 'request' in person);
  await Promise.all(hands.map((hand) => actAgain(hand, options)));
}

async function actAgain(hand: Hand, { scenario, simulator, clock, signal }: ManualChangesOptions): Promise<void> {
  const turns = hand.every === undefined ? 1 : (hand.times ?? Infinity);
  for (let turn = 0; turn < turns; turn += 1) {
    const since = hand.at + turn * (hand.every ?? 0);
    try {
      await clock.sleepUntil(scenario.startAt + since, signal);
    } catch {
      return;
    }
    const missed = await act(hand, simulator);
    if (missed !== null && !hand.mayFail) simulator.missedHands.push(`${missed} ${since / 60_000} min after the start`);
  }
}

/** Why it came to nothing; null: it was accepted, or its answer was lost. */
async function act({ actor, request: { method, path, body } }: Hand, simulator: Simulator): Promise<string | null> {
  const headers = { 'content-type': 'application/json', 'x-sim-actor': actor };
  const answer = await simulator.handle({ method, path, headers, body: body === undefined ? '' : JSON.stringify(body) });
  if (answer.status === null || answer.status < 400) return null;
  return `${actor}: ${method} ${path} was answered ${answer.status}`;
}
