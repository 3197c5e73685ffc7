import { TransientError } from '../../../src/core/errors.ts';
import type { Activity } from '../../../src/durable/pending-effects.ts';
import type { Clock } from '../../../src/ports/clock.ts';

/** A boundary inside an activity at which the controller may die. */
type ActivityPoint = 'before-act' | 'after-effect' | 'after-act';

/** The outside of the toy: it outlives every controller. Effects are idempotent by key, as real ones must be. */
export interface ToyWorld {
  /** `name key`, each once, in the order in which they first happened. */
  readonly effects: string[];
  /** Every call, also repeated ones. */
  readonly calls: string[];
  /** When the operation that a key has started will end: the world goes on while nobody looks. */
  readonly operations: Map<string, number>;
}

export interface ToyActivitiesOptions {
  readonly world: ToyWorld;
  readonly clock: Clock;
  readonly failures: number;
  /** Never settles when the controller is dead. */
  readonly pass: (point: ActivityPoint) => Promise<void>;
}

export function createToyWorld(): ToyWorld {
  return { effects: [], calls: [], operations: new Map() };
}

const OPERATION_MS = 3_000;

/** `change` fails the first `failures` times and takes 3 s of the world's time; the rest is immediate. */
export function toyActivities({ world, clock, failures, pass }: ToyActivitiesOptions): Readonly<Record<string, Activity>> {
  const act = async <Output>(name: string, key: string, answer: () => Output): Promise<Output> => {
    await pass('before-act');
    const effect = `${name} ${key}`;
    world.calls.push(effect);
    if (!world.effects.includes(effect)) world.effects.push(effect);
    await pass('after-effect');
    const output = answer();
    await pass('after-act');
    return output;
  };
  return {
    prepare: (_input: never, { key }) => act('prepare', key, () => ({ steps: 1 })),
    change: async (input: { readonly attempt: number }, { key, signal }) => {
      const endsAt = world.operations.get(key) ?? clock.now() + OPERATION_MS;
      world.operations.set(key, endsAt);
      await clock.sleepUntil(endsAt, signal);
      return act('change', key, () => {
        if (input.attempt < failures) throw new TransientError('UNAVAILABLE', `attempt ${input.attempt} failed`);
        return { operation: `op-${input.attempt}` };
      });
    },
    look: (_input: never, { key }) => act('look', key, () => ({ healthy: true })),
    conclude: (_input: never, { key }) => act('conclude', key, () => null),
  };
}
