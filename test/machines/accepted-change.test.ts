import { describe, expect, test } from 'vitest';
import type { Expected } from '../../machines/incident/activities.ts';
import { initialContext } from '../../machines/incident/initial-context.ts';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { release } from '../../machines/incident/people/operator-actions.ts';
import { INPUT, STARTED_AT } from './incident-samples.ts';

/** We have scaled the connector, and deployed auth as its second generation. A human has changed the backend meanwhile. */
const OURS: Expected = {
  connectors: { c: { minInstances: 3, maxInstances: 10, machineType: 'e2-standard-4' } },
  services: { auth: '2', backend: '5' },
  traffic: { auth: [{ latest: true, revision: 'auth-2', percent: 100, tag: null }] },
  content: { auth: 'as deployed' },
};
const resumed = (seen: Expected, more: Partial<IncidentContext> = {}): Partial<IncidentContext> =>
  release({
    context: {
      ...initialContext(INPUT),
      expected: OURS,
      held: { by: 'ann', reason: '', at: STARTED_AT, change: { subjects: ['service:backend'], touches: [], seen, toldAt: STARTED_AT } },
      ...more,
    },
    event: { type: 'RESUME', at: STARTED_AT + 1 },
  });

describe('a change by hand that is accepted', () => {
  test('is known from then on', () => {
    expect(resumed({ ...OURS, services: { auth: '2', backend: '6' } }).expected).toEqual({
      ...OURS,
      services: { auth: '2', backend: '6' },
    });
  });

  test.each([
    ['a connector that was being changed by us', { connectors: {} }],
    ['a connector read from before our update', { connectors: { c: { minInstances: 2, maxInstances: 10, machineType: 'e2-micro' } } }],
    ['a service read from before our deploy', { services: { auth: '1', backend: '6' } }],
    ['a service that could not be read', { services: { auth: null, backend: '6' } }],
    ['traffic read from before our shift', { traffic: { auth: [{ latest: true, revision: 'auth-1', percent: 100, tag: null }] } }],
  ])('leaves what we know of everything else as it is: %s', (_what, lagging) => {
    const seen = { ...OURS, services: { auth: '2', backend: '6' }, ...lagging };
    expect(resumed(seen).expected).toEqual({ ...OURS, services: { auth: '2', backend: '6' } });
  });

  test('is no reason to forget a write of ours to something else that was never answered', () => {
    const unanswered = [
      'run-1/pin:auth/6115e31d',
      'run-1/deploy:backend/6115e31d',
      'run-1/restore:backend/6115e31d',
      'run-1/connector:c/6115e31d',
    ];
    expect(resumed(OURS, { unanswered }).unanswered).toEqual(['run-1/pin:auth/6115e31d', 'run-1/connector:c/6115e31d']);
  });
});
