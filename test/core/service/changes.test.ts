import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { diffLines, settingsChanges } from '../../../src/core/service/changes.ts';
import { ServiceSettings } from '../../../src/core/service/settings.ts';
import { SERVICE } from '../../gcp/support/cloud-over.ts';

const [container] = SERVICE.template.containers;
type Change = Readonly<Record<string, unknown>>;

/** The diff of a service after one change of it. */
function diffOf({ service = {}, template = {}, main = {} }: { service?: Change; template?: Change; main?: Change }): readonly string[] {
  const changed = { ...SERVICE, ...service, template: { ...SERVICE.template, containers: [{ ...container, ...main }], ...template } };
  return diffLines(settingsChanges(ServiceSettings.of(SERVICE), ServiceSettings.of(changed)));
}

describe('what differs between two readings of a service', () => {
  test.each<[string, Parameters<typeof diffOf>[0], readonly string[]]>([
    [
      'its image',
      { main: { image: 'gcr.io/p/backend@sha256:2' } },
      ['- image: gcr.io/p/backend@sha256:1', '+ image: gcr.io/p/backend@sha256:2'],
    ],
    ['an annotation', { template: { annotations: { team: 'core', human: 'yes' } } }, ['+ annotation human: yes']],
    ['a label', { template: { labels: { tier: 'two' } } }, ['- label tier: one', '+ label tier: two']],
    ['its timeout', { template: { timeout: '900s' } }, ['- timeout: 300s', '+ timeout: 900s']],
    ['its concurrency', { template: { maxInstanceRequestConcurrency: 1 } }, ['+ concurrency: 1']],
    [
      'its scaling',
      { template: { scaling: { minInstanceCount: 0, maxInstanceCount: 40 } } },
      ['- minInstances: 1', '- maxInstances: 20', '+ maxInstances: 40'],
    ],
    [
      'its egress',
      { template: { vpcAccess: { ...SERVICE.template.vpcAccess, egress: 'PRIVATE_RANGES_ONLY' } } },
      ['- egress: ALL_TRAFFIC', '+ egress: PRIVATE_RANGES_ONLY'],
    ],
    [
      'its connector',
      { template: { vpcAccess: { networkInterfaces: [{ network: 'default' }], egress: 'ALL_TRAFFIC' } } },
      ['- connector: staging-connector', '+ networkInterfaces: [{"network":"default"}]'],
    ],
    [
      'a field of a probe',
      { main: { startupProbe: { tcpSocket: { port: 8000 }, timeoutSeconds: 10 } } },
      ['- startupProbe: tcpSocket port 8000, timeoutSeconds 240', '+ startupProbe: tcpSocket port 8000, timeoutSeconds 10'],
    ],
    [
      'a probe that is new, headers hidden',
      { main: { livenessProbe: { httpGet: { path: '/live', httpHeaders: [{ name: 'X-Token', value: 'hunter2' }] } } } },
      ['+ livenessProbe: httpGet path /live header X-Token=…'],
    ],
    ['its memory', { main: { resources: { limits: { cpu: '1', memory: '2Gi' }, cpuIdle: true } } }, ['- memory: 512Mi', '+ memory: 2Gi']],
    ['its cpu throttling', { main: { resources: { limits: { cpu: '1', memory: '512Mi' } } } }, ['- cpuIdle: true']],
    [
      'its port',
      { main: { ports: [{ name: 'http1', containerPort: 9000 }] } },
      ['- ports: [{"name":"http1","containerPort":8000}]', '+ ports: [{"name":"http1","containerPort":9000}]'],
    ],
    [
      'its arguments, without what may be secret',
      { main: { args: ['--port', '--password=hunter2', 'hunter3'] } },
      ['+ args: --port --password=… …'],
    ],
    ['its ingress', { service: { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' } }, ['+ ingress: INGRESS_TRAFFIC_INTERNAL_ONLY']],
    ['a label of the service itself', { service: { labels: { owner: 'ann' } } }, ['+ service label owner: ann']],
    [
      'a field that nobody here knows',
      { template: { futureField: { deep: [1, 3] } } },
      ['- futureField.deep: …', '+ futureField.deep: … (another value)'],
    ],
    [
      'a container beside it',
      { template: { containers: [container, { name: 'proxy', image: 'envoy:1' }] } },
      ['+ container proxy: name: proxy', '+ container proxy: image: envoy:1'],
    ],
  ])('%s', (_what, change, lines) => {
    expect(diffOf(change)).toEqual(lines);
  });

  const env = (...variables: readonly unknown[]) => ({ main: { env: variables } });
  const [mode, key] = container?.env ?? [];

  test('a variable is told with its value only where that has a harmless shape', () => {
    expect(diffOf(env(mode, key, { name: 'REDIS_HOST', value: '10.0.0.1' }, { name: 'ADMIN_PASSWORD', value: 'hunter2' }))).toEqual([
      '+ env REDIS_HOST: 10.0.0.1',
      '+ env ADMIN_PASSWORD: …',
    ]);
  });

  test('a hidden value that changed is told to have changed', () => {
    expect(diffOf(env({ name: 'MODE', value: 'production' }, key))).toEqual(['- env MODE: …', '+ env MODE: … (another value)']);
  });

  test('a secret is told by its name and version, and one that became a plain value by both', () => {
    const ref = (version: string) => ({ name: 'KEY', valueSource: { secretKeyRef: { secret: 'projects/9/secrets/key', version } } });
    expect(diffOf(env(mode, ref('2')))).toEqual(['- secret KEY: key:1', '+ secret KEY: key:2']);
    expect(diffOf(env(mode, { name: 'KEY', value: 'hunter2' }))).toEqual(['- secret KEY: key:1', '+ env KEY: …']);
  });

  test('is nothing where only Google’s own words about it, its traffic, its revision name or our mark differ', () => {
    const etag = { etag: '"e8"', generation: '8', uri: 'x', traffic: [], terminalCondition: {}, lastModifier: 'ann' };
    const annotations = { team: 'core', 'firebreak.dev/change': 'run/1' };
    expect(
      diffOf({ service: etag, template: { revision: 'backend-00008-bbb', annotations, volumes: [], sessionAffinity: false } }),
    ).toEqual([]);
  });
});

describe('the settings of a service', () => {
  test('cannot be turned into text by mistake', () => {
    const secretive = ServiceSettings.of({ template: { containers: [{ env: [{ name: 'A', value: 'hunter2' }] }] } });
    expect(`${JSON.stringify({ secretive })} ${inspect(secretive, { depth: 9, showHidden: true })}`).not.toContain('hunter2');
  });
});
