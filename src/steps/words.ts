import type { MutationState } from '../core/model/mutation.ts';
import type { TrafficTarget } from '../core/model/observation.ts';

/** What a resource was or became, in one line. */
export function stateWords(state: MutationState): string {
  switch (state.kind) {
    case 'connector':
      return `${state.config.minInstances}–${state.config.maxInstances} × ${state.config.machineType}`;
    case 'traffic':
      return [...boundsWords(state), state.traffic.length === 0 ? 'LATEST 100 %' : state.traffic.map(targetWords).join(', ')].join('; ');
    case 'revision':
      return state.revision === null ? 'a new revision' : `revision ${state.revision}`;
  }
}

function boundsWords({ bounds }: Extract<MutationState, { kind: 'traffic' }>): readonly string[] {
  return bounds === undefined ? [] : [`instances ${bounds.minInstances} to ${bounds.maxInstances ?? 'no bound'}`];
}

/** `web-00002-abc 90 % [stable]` */
function targetWords(target: TrafficTarget): string {
  const who = target.latest ? `LATEST${target.revision === null ? '' : ` (${target.revision})`}` : (target.revision ?? '?');
  return `${who} ${target.percent} %${target.tag === null ? '' : ` [${target.tag}]`}`;
}
