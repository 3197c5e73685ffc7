import { describe, expect, test } from 'vitest';
import { absent } from '../../../src/core/model/measured.ts';
import type { Observation } from '../../../src/core/model/observation.ts';
import { goalsOf, indicatorsOf as figuresOf } from '../../../src/diagnosis/figures/indicators.ts';
import { judgeGates } from '../../../src/diagnosis/verdicts.ts';
import { BACKEND, believedWorld, blindWorld, NOW, SPEC, wellAuth, wellBackend, wellFrontend, wellWorld, world } from '../fixtures.ts';

const gatesOf = (seen: Observation) => judgeGates(seen, SPEC, { intended: {}, servingSince: {} });
const indicatorsOf = (seen: Observation, spec: typeof SPEC) => figuresOf(seen, spec, gatesOf(seen));
const goals = (seen: Observation, spec = SPEC) => goalsOf(seen, spec, gatesOf(seen));

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

  test('tell who was answered 429, of how many and when, and nothing of it where nobody was', () => {
    const { requests } = wellBackend();
    const window = { sinceAt: NOW - 240_000, untilAt: NOW - 60_000, total: 100, serverErrors: 0, turnedAway: 25, byRevision: {} };
    const turning = world({ services: [wellAuth(), { ...wellBackend(), requests: { ...requests, value: window } }, wellFrontend()] });
    expect(indicatorsOf(turning, SPEC).turnedAway).toMatchObject({ count: 25, untilAt: NOW - 60_000 });
    expect(indicatorsOf(turning, SPEC).errorRate).toBe(0);
    expect(indicatorsOf(wellWorld(), SPEC)).not.toHaveProperty('turnedAway');
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

  test('services are up or down by their gates, and their number is not told while one cannot be told', () => {
    const gate = (outcome: 'pass' | 'fail' | 'error' | 'inconclusive') => ({
      ...gatesOf(wellWorld()),
      [`healthy:${BACKEND}`]: { outcome, because: '' },
    });
    const up = (['pass', 'fail', 'error', 'inconclusive'] as const).map(
      (outcome) => figuresOf(wellWorld(), SPEC, gate(outcome)).servicesUp,
    );
    expect(up).toEqual([3, 2, null, null]);
  });

  test('goals are met only when every indicator was measured; what nobody calls misses none', () => {
    const backend = (more: object) => world({ services: [wellAuth(), { ...wellBackend(), ...more }, wellFrontend()] });
    expect(goals(wellWorld())).toBe('met');
    expect(goals(believedWorld())).toBe('missed');
    expect(goals(blindWorld())).toBe('unknown');
    expect(goals(backend({ requests: absent('request_count', 'HTTP 503') }))).toBe('unknown');
    expect(goals(backend({ requests: absent('request_count', 'no series'), p95Ms: absent('p95', 'no series') }))).toBe('met');
  });

  test('one failure among a few requests misses no goal, and meets none', () => {
    const few = (total: number, serverErrors: number) => ({
      ...wellBackend().requests,
      value: { sinceAt: NOW - 300_000, total, serverErrors, byRevision: {} },
    });
    const none = { requests: absent<never>('request_count', 'no series') };
    const seen = (total: number, failed: number) =>
      world({
        services: [
          { ...wellAuth(), ...none },
          { ...wellBackend(), requests: few(total, failed) },
          { ...wellFrontend(), ...none },
        ],
      });
    const goalsWith = (total: number, failed: number) => goalsOf(seen(total, failed), SPEC, gatesOf(wellWorld()));
    expect([goalsWith(30, 1), goalsWith(30, 0), goalsWith(30, 10)]).toEqual(['unknown', 'met', 'missed']);
  });
});
