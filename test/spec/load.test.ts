import { describe, expect, it } from 'vitest';
import { loadSpec } from '../../src/spec/load.ts';
import { changed, example, incident } from './support/document.ts';

describe('examples', () => {
  it.each(['issue-1278', 'minimal'])('%s loads without a warning', (name) => {
    expect(loadSpec(example(name), name, {}).warnings).toEqual([]);
  });

  it('the #1278 document says what the incident says', () => {
    const { spec } = loadSpec(incident, 'issue-1278.yaml', {});
    expect(spec).toMatchObject({
      name: 'issue-1278',
      project: 'netra-staging',
      region: 'us-central1',
      connectors: [{ name: 'staging-connector', target: { minInstances: 3, maxInstances: 15, machineType: 'e2-standard-4' } }],
      databases: [{ instance: 'staging-shared-postgres', pool: { size: 10, overflow: 15 } }],
      escalation: { windowMs: 7_200_000, followForMs: 21_600_000, support: { priority: 'P1', classification: 'Cloud Run' } },
      communication: { everyMs: 7_200_000, webhooks: [] },
    });
    expect(spec.services.map(({ name, dependsOn, pin, deploy }) => ({ name, dependsOn, pin, deploy }))).toEqual([
      { name: 'netra-auth-service', dependsOn: [], pin: null, deploy: { like: null, image: null, env: {} } },
      {
        name: 'netra-backend-staging',
        dependsOn: ['netra-auth-service'],
        pin: { revision: 'netra-backend-staging-00750-69k' },
        deploy: { like: 'netra-frontend-staging', image: null, env: {} },
      },
      { name: 'netra-frontend-staging', dependsOn: [], pin: null, deploy: null },
    ]);
    expect(spec.validation.webSocket?.events).toEqual([
      'agent_started',
      'agent_thinking',
      'tool_executing',
      'tool_completed',
      'agent_completed',
    ]);
    expect(spec.validation.goldenPath.map(({ method, path, headers, save }) => ({ method, path, headers, save }))).toEqual([
      { method: 'POST', path: '/auth/login', headers: {}, save: { token: 'access_token' } },
      { method: 'POST', path: '/api/chat', headers: { authorization: 'Bearer ${token}' }, save: {} },
    ]);
  });

  it('what the minimal document leaves out has the defaults of the runbook', () => {
    const { spec } = loadSpec(example('minimal'), 'minimal.yaml', {});
    expect(spec).toMatchObject({
      observe: { everyMs: 30_000 },
      connectors: [],
      databases: [],
      validation: { passRate: 0.8, soakForMs: 1_800_000, goldenPath: [], webSocket: null },
      improvement: { goals: { errorRate: 0.01, p95Ms: 2_000, connectorSaturation: 0.7 } },
      escalation: { windowMs: 7_200_000, followForMs: 21_600_000, support: null, contacts: [] },
      phases: { capacityMs: 7_200_000, servicesMs: 7_200_000, validationMs: 14_400_000 },
      policy: { mode: 'auto', approve: [], approvalWithinMs: 1_800_000, budget: { mutations: 12 } },
    });
    expect(spec.services[0]).toMatchObject({
      role: 'other',
      pin: { revision: 'lastHealthy' },
      deploy: null,
      stability: { healthyForMs: 300_000, withinMs: 1_800_000, maxRelapses: 3 },
      health: [{ url: '/health', maxLatencyMs: 2_000 }],
    });
  });
});

describe('the resolved value', () => {
  it('is the same from JSON as from YAML, whatever the order of keys', () => {
    const yaml =
      'apiVersion: firebreak.dev/v1\nkind: Remediation\nmetadata: { name: a }\nspec: { project: my-project, region: us-east1, services: [{ name: web, pin: lastHealthy }] }\n';
    const json = JSON.stringify(
      {
        spec: { services: [{ pin: 'lastHealthy', name: 'web' }], region: 'us-east1', project: 'my-project' },
        metadata: { name: 'a' },
        kind: 'Remediation',
        apiVersion: 'firebreak.dev/v1',
      },
      null,
      '\t',
    );
    expect(loadSpec(json, 'a.json', {})).toEqual(loadSpec(yaml, 'a.yaml', {}));
  });

  it('has a hash that sees every setting but no secret', () => {
    const text = changed('webhooks: []', 'webhooks: ["env:HOOK"]');
    const before = loadSpec(text, 'a', { HOOK: 'https://example.com/1' }).hash;
    expect(loadSpec(text, 'a', { HOOK: 'https://example.com/2' }).hash).toBe(before);
    expect(loadSpec(text.replace('mutations: 12', 'mutations: 11'), 'a', { HOOK: 'https://example.com/1' }).hash).not.toBe(before);
    expect(loadSpec(`# said anew\n${text}`, 'a', { HOOK: 'https://example.com/1' }).hash).toBe(before);
  });

  it('cannot be changed, not even deep inside', () => {
    const { spec } = loadSpec(incident, 'a', {});
    const { body } = spec.validation.goldenPath[0]!;
    for (const value of [spec, spec.services, spec.services[1]!.deploy, spec.improvement.goals, body])
      expect(Object.isFrozen(value)).toBe(true);
  });

  it.each([
    ['mode: approve', ['reversible', 'irreversible']],
    ['mode: approve\n    approve: [irreversible]', ['irreversible']],
    ['mode: auto', []],
    ['mode: auto\n    approve: [irreversible]', ['irreversible']],
  ])('%s asks before %j', (mode, asked) => {
    expect(loadSpec(changed('mode: auto', mode), 'a', {}).spec.policy.approve).toEqual(asked);
  });

  it('accepts a wish beyond the legal limits, which the planner knows', () => {
    expect(loadSpec(changed('maxInstances: 15', 'maxInstances: 100'), 'a', {}).spec.connectors[0]?.target.maxInstances).toBe(100);
  });

  it('warns when a stable time is shorter than two looks, and when nothing is to be changed', () => {
    expect(loadSpec(changed('healthyFor: 5m', 'healthyFor: 45s'), 'a', {}).warnings).toEqual([
      'a: netra-auth-service: healthyFor 45s is less than two looks (30s each)',
    ]);
    expect(loadSpec(example('minimal').replace('pin: lastHealthy', 'role: other'), 'm', {}).warnings[0]).toContain('can only watch');
  });
});
