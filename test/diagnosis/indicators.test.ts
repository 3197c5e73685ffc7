import { describe, expect, test } from 'vitest';
import { absent } from '../../src/core/model/measured.ts';
import type { Indicators } from '../../src/core/model/verdict.ts';
import { goalsMetBy, indicatorsOf, judgeProgress } from '../../src/diagnosis/indicators.ts';
import { believedWorld, blindWorld, NOW, probe, SPEC, wellAuth, wellBackend, wellFrontend, wellWorld, world } from './fixtures.ts';

const BAD: Indicators = { at: NOW, servicesUp: 1, servicesTotal: 3, errorRate: 0.2, p95Ms: 7_200, connectorSaturation: 0.95, samples: 600 };
const progress = (now: Partial<Indicators>, reference: Indicators = BAD) => judgeProgress(reference, null, { ...reference, ...now }, SPEC);

describe('indicators', () => {
  test('are read from fresh values of all services', () => {
    expect(indicatorsOf(wellWorld(), SPEC)).toEqual({
      at: NOW,
      servicesUp: 3,
      servicesTotal: 3,
      errorRate: 0,
      p95Ms: 300,
      connectorSaturation: 0.35,
      samples: 600,
    });
    expect(indicatorsOf(believedWorld(), SPEC)).toMatchObject({
      servicesUp: 1,
      errorRate: 120 / 600,
      p95Ms: 12_000,
      connectorSaturation: 0.97,
    });
  });

  test('what was not measured is null, never zero; a dead service without a series does not flatter the rest', () => {
    expect(indicatorsOf(blindWorld(), SPEC)).toMatchObject({
      servicesUp: null,
      errorRate: null,
      p95Ms: null,
      connectorSaturation: null,
      samples: 0,
    });
    const dead = world({
      services: [wellAuth(), { ...wellBackend(), requests: absent('request_count'), p95Ms: absent('latency') }, wellFrontend()],
    });
    expect(indicatorsOf(dead, SPEC)).toMatchObject({ servicesUp: 3, errorRate: null, p95Ms: null });
  });

  test('a service that answers slowly is up, one that answers badly is not', () => {
    const up = (outcome: 'slow' | 'bad-status' | 'error') =>
      indicatorsOf(world({ services: [wellAuth(), { ...wellBackend(), probes: [probe(outcome)] }, wellFrontend()] }), SPEC).servicesUp;
    expect([up('slow'), up('bad-status'), up('error')]).toEqual([3, 2, 2]);
  });

  test('goals are met only when every indicator was measured', () => {
    const well = indicatorsOf(wellWorld(), SPEC);
    expect(goalsMetBy(well, SPEC)).toBe(true);
    for (const hole of ['servicesUp', 'errorRate', 'p95Ms', 'connectorSaturation'] as const)
      expect(goalsMetBy({ ...well, [hole]: null }, SPEC), hole).toBe(false);
    expect(goalsMetBy({ ...well, connectorSaturation: null }, { ...SPEC, connector: null })).toBe(true);
  });
});

describe('progress', () => {
  test.each([
    ['one more service up', { servicesUp: 2 }],
    ['an error rate lower by the margin', { errorRate: 0.15 }],
    ['a latency lower by the margin', { p95Ms: 5_000 }],
    ['a saturation lower by the margin', { connectorSaturation: 0.7 }],
  ])('%s is better', (_what, now) => {
    expect(progress(now).improved).toBe(true);
  });

  test.each([
    ['less than the margin', { errorRate: 0.17, p95Ms: 6_000 }],
    ['too few samples', { errorRate: 0.01, samples: 5 }],
    ['values that are not measured any more', { errorRate: null, p95Ms: null, connectorSaturation: null, servicesUp: null }],
    ['one better and another worse by the margin', { servicesUp: 2, p95Ms: 9_000 }],
    ['a service down', { servicesUp: 0, errorRate: 0.01 }],
  ])('%s is not better', (_what, now) => {
    expect(progress(now).improved).toBe(false);
  });

  test('null never counts as better, also when it was null before', () => {
    expect(progress({ errorRate: 0 }, { ...BAD, errorRate: null }).improved).toBe(false);
  });

  test('noise among values inside their goals moves nothing', () => {
    const good: Indicators = { ...BAD, servicesUp: 3, errorRate: 0.008, p95Ms: 1_800, connectorSaturation: 0.6 };
    expect(progress({ errorRate: 0.001, p95Ms: 400, connectorSaturation: 0.2 }, good)).toMatchObject({ improved: false, goalsMet: true });
    expect(progress({ errorRate: 0.0095, p95Ms: 1_990 }, good).because).toBe('every goal is met');
  });

  test('is judged against the best so far, so that swinging back and forth is not progress', () => {
    const best = { ...BAD, errorRate: 0.05 };
    expect(judgeProgress(BAD, best, { ...BAD, errorRate: 0.1 }, SPEC).improved).toBe(false);
    expect(judgeProgress(BAD, best, { ...BAD, errorRate: 0.03 }, SPEC).improved).toBe(true);
  });

  test('the first look is no progress', () => {
    expect(judgeProgress(null, null, BAD, SPEC)).toMatchObject({ improved: false, goalsMet: false });
  });

  test('says what was not measured', () => {
    expect(progress({ connectorSaturation: null }).because).toContain('not measured: connector cpu');
  });
});
