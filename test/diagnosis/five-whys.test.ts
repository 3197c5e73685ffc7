import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/duration.ts';
import { fresh } from '../../src/core/model/measured.ts';
import type { Observation, ServiceObservation } from '../../src/core/model/observation.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { fiveWhys } from '../../src/diagnosis/five-whys.ts';
import { BACKEND, believedWorld, FRONTEND, logGroup, NEW_BACKEND, NOW, probe, SPEC, wellFrontend, wellWorld, world } from './fixtures.ts';

const whysFor = (observation: Observation) => {
  const { causes } = diagnose(observation, SPEC);
  return fiveWhys(observation, SPEC, causes);
};
const with_ = (observation: Observation, service: ServiceObservation): Observation => ({
  ...observation,
  services: { ...observation.services, [service.name]: service },
});
const slow = (): ServiceObservation => ({
  ...wellFrontend(),
  probes: [probe('slow', { url: 'https://f/health', latencyMs: 3_100, maxLatencyMs: 2_000 })],
});

describe('the first why', () => {
  test('names the services that fail, and not one that answers late and well', () => {
    const [first] = whysFor(with_(believedWorld(), slow()));
    expect(first?.why).toMatch(/^Why do users of netra-auth-service, netra-backend-staging see errors\?$/);
    expect(first?.because).not.toContain(FRONTEND);
    expect(first?.because).not.toMatch(/\b0 of \d+ requests failed|answered 200/);
  });

  test('asks why users wait where nothing fails and something is late', () => {
    const [first] = whysFor(with_(wellWorld(), slow()));
    expect(first).toEqual({
      why: `Why do users of ${FRONTEND} wait?`,
      because: `${FRONTEND}: https://f/health answered in 3.1s (at most 2s)`,
    });
  });

  test('does not call requests failed that did not, where it is a probe that fails', () => {
    const failing = { ...wellFrontend(), probes: [probe('slow'), probe('bad-status', { url: 'https://f/health' })] };
    expect(whysFor(with_(wellWorld(), failing))[0]?.because).toBe(`${FRONTEND}: https://f/health answered 503`);
  });
});

describe('a change at the time it began', () => {
  const at = (minutes: number): Observation => {
    const observation = world({
      services: Object.values(believedWorld().services),
      cpu: 0.97,
      connectorInstances: 10,
      logs: [logGroup('connect-timeout', BACKEND, NEW_BACKEND, 30)],
    });
    const began = Math.min(...(observation.logs.value ?? []).map(({ firstAt }) => firstAt));
    const change = {
      at: began + minutes * MINUTE,
      actor: 'ci@example.com',
      method: 'Services.ReplaceService',
      resource: `services/${BACKEND}`,
    };
    return { ...observation, changes: fresh([change], NOW, 'audit') };
  };

  test('is told as what came before it, with the distance, and not as its reason', () => {
    const last = whysFor(at(-5)).at(-1);
    expect(last?.why).toBe('What came before it?');
    expect(last?.because).toMatch(/^preceded by 5m: ci@example\.com changed .* at \S+Z; that it is the cause is not shown$/);
  });

  test('is not said to precede what it did not precede', () => {
    expect(whysFor(at(1)).at(-1)?.because).toMatch(/^at the same time: ci@example\.com/);
  });
});
