import type { ChangeStarted, Expected } from '../../../machines/incident/activities.ts';
import type { Mutation } from '../../core/model/mutation.ts';
import type { ServiceState, TrafficTarget } from '../../core/model/observation.ts';
import type { CallOptions } from '../../ports/cloud.ts';
import { requireUnchanged } from './fenced-write.ts';
import type { ActivityOptions } from './options.ts';
import { poll } from './polling.ts';

/** The service with the etag under which it is written; whatever has to be loaded for the write is loaded before. */
export async function readToWrite({ cloud }: ActivityOptions, service: string, signal: AbortSignal): Promise<ServiceState> {
  await cloud.run.prepareWrites();
  return cloud.run.getService(service, { signal });
}

export interface ChangeWords {
  readonly stepId: string;
  readonly title: string;
  readonly key: string;
  readonly undo: string;
}

export interface Sent {
  readonly operation: string | null;
}

export function send(options: ActivityOptions, state: ServiceState, to: readonly TrafficTarget[], call: CallOptions): Promise<Sent> {
  return options.cloud.run.setTraffic(state.name, state.etag, to, call);
}

export function started(
  options: ActivityOptions,
  { stepId, title, key, undo }: ChangeWords,
  {
    before,
    to,
    generation,
    outcome,
    operation,
  }: {
    readonly before: ServiceState;
    readonly to: readonly TrafficTarget[];
    readonly generation: string;
    readonly outcome: Mutation['outcome'];
    readonly operation: string | null;
  },
): ChangeStarted {
  const service = before.name;
  return {
    operation,
    mutation: {
      key,
      stepId,
      title,
      class: 'reversible',
      at: options.clock.now(),
      outcome,
      before: { kind: 'traffic', service, traffic: before.traffic, generation: before.generation },
      after: { kind: 'traffic', service, traffic: to, generation },
      operation,
      undo,
    },
  };
}

export async function inForce(
  { cloud, clock }: ActivityOptions,
  service: string,
  {
    expected,
    deadlineAt,
    signal,
    is,
  }: {
    readonly expected: Expected | null | undefined;
    readonly deadlineAt: number;
    readonly signal: AbortSignal;
    readonly is: (state: ServiceState) => boolean;
  },
): Promise<ServiceState | null> {
  return poll(clock, deadlineAt, signal, async () => {
    const state = await cloud.run.getService(service, { signal });
    requireUnchanged(expected, state, false);
    return is(state) ? state : null;
  });
}
