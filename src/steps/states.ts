import type { MutationState } from '../core/model/mutation.ts';
import type { Subject } from './step.ts';

/** What a change has recorded of the world: whose it is, without regard to the kind of step that made it. Pure. */

/** The service whose state it is; null: it is no service's. */
export function serviceIn(state: MutationState): string | null {
  switch (state.kind) {
    case 'connector':
      return null;
    case 'traffic':
    case 'revision':
      return state.service;
  }
}

export function subjectIn(state: MutationState): Subject {
  const service = serviceIn(state);
  return service === null ? 'connector' : `service:${service}`;
}
