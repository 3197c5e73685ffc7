import { describe, expect, test } from 'vitest';
import type { StepChange } from '../../src/core/model/plan.ts';
import { UNBOUNDED } from '../../src/core/service/bounds.ts';
import { fact, idOf, isAsWritten, isOnService, KINDS, nameIn, STEPS, subjectOf, wayOf, writesOfStep } from '../../src/steps/index.ts';
import { SPEC } from '../diagnosis/fixtures.ts';

const CONFIG = { minInstances: 2, maxInstances: 3, machineType: 'e2-micro' } as const;
const CHANGES: { readonly [Kind in StepChange['kind']]: Extract<StepChange, { kind: Kind }> } = {
  connector: { kind: 'connector', connector: 'main', from: CONFIG, to: { ...CONFIG, maxInstances: 10 } },
  instances: { kind: 'instances', service: 'web', from: UNBOUNDED, to: { minInstances: 2, maxInstances: 8 } },
  pin: { kind: 'pin', service: 'web', revision: 'web-1', from: [], to: [] },
  egress: {
    kind: 'egress',
    service: 'web',
    from: { connector: 'main', subnet: null, allTraffic: true },
    to: { to: 'private-ranges-only' },
    traffic: [],
  },
  deploy: { kind: 'deploy', service: 'web', deploy: { like: 'front', image: null, env: {} }, from: [] },
};

const LATEST = [{ latest: true, revision: null, percent: 100, tag: null }];
const FROM_ELSEWHERE: Readonly<Record<StepChange['kind'], StepChange>> = {
  connector: { ...CHANGES.connector, from: { ...CONFIG, maxInstances: 4 } },
  instances: { ...CHANGES.instances, from: { minInstances: 0, maxInstances: 3 } },
  pin: { ...CHANGES.pin, from: LATEST },
  egress: { ...CHANGES.egress, traffic: LATEST },
  deploy: { ...CHANGES.deploy, from: LATEST },
};

describe.each(KINDS)('the facts of %s', (kind) => {
  const change: StepChange = CHANGES[kind];

  test('say the kind they stand under, and an id that is read back', () => {
    expect(STEPS[kind].kind).toBe(kind);
    expect(nameIn(idOf(kind, 'a-b'))).toBe('a-b');
    expect(subjectOf(idOf(kind, 'a-b'))).toBe(isOnService(kind) ? 'service:a-b' : 'connector:a-b');
  });

  test('name the service exactly where a service is written', () => {
    expect(fact(change, 'service')).toBe(isOnService(kind) ? 'web' : null);
    expect(writesOfStep({ kind, change })).toBeGreaterThan(0);
  });

  test('ask a gate again that an unknown outcome does not confirm by itself being well', () => {
    const { agrees } = fact(change, 'askedAgain');
    expect(agrees('pass'), 'what is well is not mended').toBe(false);
    expect(agrees('fail')).toBe(true);
  });

  test('know the same form of a change, from whatever state it starts', () => {
    expect(fact(FROM_ELSEWHERE[kind], 'form')).toEqual(fact(change, 'form'));
    expect(FROM_ELSEWHERE[kind], 'it starts from another state').not.toEqual(change);
  });
});

test('a capacity step closes its phase by a gate of its own; a deploy by its stability', () => {
  for (const kind of KINDS) expect(fact(CHANGES[kind], 'closes').length > 0).toBe(wayOf(kind).phase === 'capacity');
});

test('only a step that names what the document names is as written', () => {
  const [service] = SPEC.services.filter(({ pin }) => pin !== null && pin.revision !== 'lastHealthy');
  const named = { ...CHANGES.pin, service: service!.name, revision: service!.pin!.revision };
  expect(isAsWritten(named, SPEC)).toBe(true);
  expect(isAsWritten({ ...named, revision: 'another' }, SPEC)).toBe(false);
});

test('a step that moves traffic ends with all of it, by shares that rise, and each of them is a write', () => {
  expect(KINDS.filter((kind) => fact(CHANGES[kind], 'shares').length > 0)).toEqual(['pin', 'egress', 'deploy']);
  expect(fact(CHANGES.pin, 'shares')).toEqual([100]);
  expect(fact(CHANGES.deploy, 'shares')).toEqual([10, 100]);
  const shift = [5, 25, 60, 100];
  for (const kind of ['pin', 'egress', 'deploy'] as const) {
    const change = { ...CHANGES[kind], shift } as StepChange;
    expect(fact(change, 'shares')).toEqual(shift);
    expect(writesOfStep({ kind, change }) - writesOfStep({ kind, change: CHANGES[kind] })).toBe(
      shift.length - fact(CHANGES[kind], 'shares').length,
    );
    expect(fact(change, 'form'), 'by other shares it is the same change').toEqual(fact(CHANGES[kind], 'form'));
  }
});
