import { describe, expect, test } from 'vitest';
import { HOUR } from '../../../../src/core/duration.ts';
import { readScenario } from '../../../../src/simulator/scenario.ts';
import { createWorld } from '../../../../src/simulator/world/world.ts';

describe('the request log of a load balancer', () => {
  const written = (name: string) => {
    const scenario = readScenario(name);
    const world = createWorld(scenario);
    return world.logs
      .entries(scenario.startAt - HOUR, scenario.startAt)
      .filter(({ resource }) => resource.type === 'http_load_balancer')
      .map(({ resource, httpRequest }) => `${resource.labels['backend_service_name']} ${String(httpRequest?.['status'])}`);
  };

  test('tells what reached it: good answers, and 404 where the NEG names no service', () => {
    expect(new Set(written('already-healthy'))).toEqual(new Set(['netra-frontend-backend 200', 'netra-api-backend 200']));
    expect(new Set(written('broken-neg-target'))).toEqual(new Set(['netra-frontend-backend 200', 'netra-api-backend 404']));
  });

  test('holds nothing where the handshake fails', () => {
    expect(written('expired-certificate')).toEqual([]);
  });
});
