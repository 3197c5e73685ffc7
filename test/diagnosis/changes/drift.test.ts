import { describe, expect, test } from 'vitest';
import { absent } from '../../../src/core/model/measured.ts';
import { foreignChange } from '../../../src/diagnosis/changes/drift.ts';
import { AUTH, BACKEND, blindWorld, wellAuth, wellBackend, wellFrontend, wellWorld, world } from '../fixtures.ts';

const CONNECTOR = { minInstances: 3, maxInstances: 10, machineType: 'e2-standard-4' };
const expected = (services: Record<string, string | null>, connector: typeof CONNECTOR | null = CONNECTOR) => ({
  connectors: connector === null ? {} : { 'staging-connector': connector },
  services,
});

describe('a change that was not ours', () => {
  test('is not seen when everything is as expected', () => {
    expect(foreignChange(expected({ [AUTH]: '7', [BACKEND]: '7' }), wellWorld())).toBeNull();
  });

  test('is a generation that differs, with what it is now', () => {
    const change = foreignChange(expected({ [BACKEND]: '6' }), wellWorld());
    expect(change).toMatchObject({ subject: `service:${BACKEND}`, actor: null });
    expect(change?.diff).toEqual(
      expect.arrayContaining([
        '- generation: 6',
        '+ generation: 7',
        expect.stringContaining('+ traffic: netra-backend-staging-00750-69k 100 %'),
      ]),
    );
  });

  test('is a bound or machine type of the connector that differs', () => {
    expect(foreignChange(expected({}, { ...CONNECTOR, maxInstances: 9 }), wellWorld())).toEqual({
      subject: 'connector:staging-connector',
      diff: ['- maxInstances: 9', '+ maxInstances: 10'],
      actor: null,
    });
  });

  test('is never made of what is unknown, unread or in flight', () => {
    const updating = world({ services: [wellAuth(), wellBackend(), wellFrontend()], connector: { lifecycle: 'UPDATING' } });
    const unread = { ...wellWorld(), services: { [BACKEND]: { ...wellBackend(), state: absent<never>('services') } } };
    expect(foreignChange(expected({ [BACKEND]: null }, null), wellWorld())).toBeNull();
    expect(foreignChange(expected({ gone: '1' }), wellWorld())).toBeNull();
    expect(foreignChange(expected({ [BACKEND]: '6' }), unread)).toBeNull();
    expect(foreignChange(expected({ [BACKEND]: '6' }), blindWorld())).toBeNull();
    expect(foreignChange(expected({}), updating)).toBeNull();
  });
});
