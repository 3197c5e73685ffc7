import { describe, expect, it } from 'vitest';
import { changed, expectRefusal, refusal } from './support/document.ts';
import type { RefusalCase } from './support/document.ts';

describe('a wrong key or value is refused at its place, with what to write instead', () => {
  const cases: readonly RefusalCase[] = [
    ['unknown key', 'connector:', 'conector:', '16:3 spec.conector: unknown key; the nearest known key is connector', 'write connector'],
    [
      'misspelt required key is one problem',
      'maxInstances: 15',
      'maxInstnaces: 15',
      '18:32 spec.connector.target.maxInstnaces: unknown key; the nearest known key is maxInstances',
      'write maxInstances',
    ],
    [
      'snake case',
      'healthyFor: 5m',
      'healthy_for: 5m',
      '25:20 spec.services[0].stability.healthy_for: unknown key; the nearest known key is healthyFor',
      'write healthyFor',
    ],
    [
      'key at the wrong level',
      'budget: { mutations: 12 }',
      'maxInstances: 3',
      '128:5 spec.policy.maxInstances: unknown key here; maxInstances belongs under spec.connector.target or spec.connectors[].target',
      'move it to spec.connector.target',
    ],
    [
      'status belongs to the controller',
      'kind: Remediation',
      'kind: Remediation\nstatus: {}',
      '6:1 status: unknown key; known here: apiVersion, kind, metadata, spec',
      'remove it: a key that nothing obeys would be a false promise',
    ],
    [
      'prototype key',
      'kind: Remediation',
      'kind: Remediation\n__proto__: {}',
      '6:1 __proto__: unknown key; known here: apiVersion, kind, metadata, spec',
      'remove it: a key that nothing obeys would be a false promise',
    ],
    ['missing key', '  project: netra-staging\n', '', '9:3 spec.project: required, but missing', 'add project'],
    [
      'wrong type',
      'passRate: 0.8',
      'passRate: 80%',
      '60:15 spec.validation.passRate: expected a number, found text "80%"',
      'write the bare number, without quotes, unit or % sign',
    ],
    [
      'a value without its key, where there is one key',
      'policy:',
      'jobs: [nightly]\n  policy:',
      '125:10 spec.jobs[0]: expected a mapping, found text "nightly"',
      'write { name: nightly }',
    ],
    [
      'empty mapping',
      'deploy: {}',
      'deploy:',
      '24:15 spec.services[0].deploy: expected a mapping, found nothing',
      'write {} when it is meant to be empty, or remove the key',
    ],
    [
      'list as text',
      'dependsOn: [netra-auth-service]',
      'dependsOn: netra-auth-service',
      '31:18 spec.services[1].dependsOn: expected a list, found text "netra-auth-service"',
      'write a list, even for one entry: [ … ]',
    ],
    [
      'percentage out of range',
      'passRate: 0.8',
      'passRate: 80',
      '60:15 spec.validation.passRate: 80 is not a share above 0 and at most 1; did you mean 0.8?',
      'write a share: 0.8 is 80 %',
    ],
    [
      'a pass rate of nothing',
      'passRate: 0.8',
      'passRate: 0',
      '60:15 spec.validation.passRate: 0 is not a share above 0 and at most 1',
      'write a share: 0.8 is 80 %',
    ],
    ['spelled-out duration', 'every: 30s', 'every: 5 minutes', '12:12 spec.observe.every: "5 minutes" is not a duration', 'write 5m'],
    [
      'negative duration',
      'every: 30s',
      'every: -5m',
      '12:12 spec.observe.every: "-5m" is not a duration',
      'write a number and a unit (ms, s, m, h, d), such as 30s, 5m or 1h30m',
    ],
    [
      'zero duration',
      'every: 30s',
      'every: 0s',
      '12:12 spec.observe.every: "0s" is outside what is possible here (5s to 2m)',
      'choose at least 5s',
    ],
    [
      'duration without a unit',
      'every: 30s',
      'every: 30',
      '12:12 spec.observe.every: expected text, found 30',
      'put it into quotes; a duration also has a unit, such as 30s',
    ],
    [
      'endless duration',
      'window: 2h',
      'window: 9000d',
      '107:13 spec.escalation.window: "9000d" is outside what is possible here (1m to 7d)',
      'choose at most 7d',
    ],
    [
      'pin of another shape',
      'pin: { revision: netra-backend-staging-00750-69k }',
      'pin: newest',
      '32:12 spec.services[1].pin: text "newest" cannot stand here',
      'write lastHealthy, or a mapping with revision, shift',
    ],
  ];

  it.each(cases)('%s', (...refused) => expectRefusal(refused));

  it('lists every problem in the order of the file, each with its own mend', () => {
    const text = changed('every: 30s', 'every: 5 minutes')
      .replace('passRate: 0.8', 'passRate: 80')
      .replace('mode: auto', 'mode: automatic');
    const error = refusal(text);
    expect(error.fix).toBe('write 5m');
    expect(error.message.split('\n')).toEqual([
      'remediation.yaml:12:12 spec.observe.every: "5 minutes" is not a duration',
      'remediation.yaml:60:15 spec.validation.passRate: 80 is not a share above 0 and at most 1; did you mean 0.8? (write a share: 0.8 is 80 %)',
      'remediation.yaml:126:11 spec.policy.mode: must be one of plan, probe, approve, auto; found text "automatic" (write plan or probe or approve or auto)',
    ]);
  });

  it('lists at most twenty problems', () => {
    const keys = Array.from({ length: 60 }, (_, index) => `  zz${index}qq: 1\n`).join('');
    const lines = refusal(changed('  region: us-central1\n', `  region: us-central1\n${keys}`)).message.split('\n');
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('… and 40 more');
  });
});
