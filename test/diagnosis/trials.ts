import type { Trial } from '../../src/core/model/trial.ts';

/** A trial of the revision `new` of one service that has just begun, at 0: nothing is seen yet. */
export function begunTrial(service: string, over: Partial<Trial> = {}): Trial {
  return {
    stage: 'canary',
    stepId: `deploy:${service}`,
    services: [service],
    revision: 'new',
    isNew: true,
    tag: 'firebreak',
    sinceAt: 0,
    before: { [service]: { requests: { total: 0, failed: 0 }, dying: false, probes: 'well' } },
    looks: [],
    after: {},
    lastDeathAt: 0,
    worseLooks: 0,
    conclusion: 'waiting',
    because: '',
    ...over,
  };
}
