import { describe, expect, test } from 'vitest';
import type { DeploySpec } from '../../../src/core/model/spec.ts';
import type { Json } from '../../../src/core/service/json.ts';
import { nextTemplate } from '../../../src/core/service/next-template.ts';
import { SERVICE } from '../../gcp/support/cloud-over.ts';

const own: Json = SERVICE.template;
const [container] = SERVICE.template.containers;
const same: DeploySpec = { like: null, image: null, env: {} };
const key = 'run-1/42/deployService';

const like: Json = {
  revision: 'frontend-00001-zzz',
  annotations: { theirs: 'yes' },
  serviceAccount: 'frontend@example',
  volumes: [{ name: 'theirs' }],
  scaling: { minInstanceCount: 2, maxInstanceCount: 8 },
  vpcAccess: { connector: 'projects/p/locations/r/connectors/other', egress: 'PRIVATE_RANGES_ONLY' },
  containers: [
    { image: 'sidecar' },
    {
      image: 'frontend',
      ports: [{ containerPort: 3000 }],
      env: [{ name: 'THEIRS', value: '1' }],
      resources: { limits: { cpu: '2', memory: '1Gi' }, cpuIdle: false, startupCpuBoost: true },
      startupProbe: { httpGet: { path: '/health', port: 3000 }, periodSeconds: 10, futureProbeField: 1 },
      livenessProbe: { httpGet: { path: '/live', port: 9090 } },
    },
  ],
};

describe('the template of the next revision', () => {
  test('without wishes changes only the annotation and lets Google name the revision', () => {
    const { template, mask } = nextTemplate(own, { key, deploy: same, like: null });
    const { revision: _named, ...rest } = SERVICE.template;
    expect(template).toEqual({ ...rest, annotations: { team: 'core', 'firebreak.dev/change': key } });
    expect(mask).toEqual(['annotations', 'revision']);
  });

  test('keeps fields that nobody here knows', () => {
    expect(nextTemplate(own, { key, deploy: { ...same, image: 'new' }, like }).template).toHaveProperty('futureField', { deep: [1, 2] });
  });

  test('takes image and environment where they are given, other variables and secrets stay', () => {
    const { template, mask } = nextTemplate(own, {
      key,
      deploy: { like: null, image: 'gcr.io/p/backend:2', env: { MODE: 'safe', EXTRA: '1' } },
      like: null,
    });
    expect(template.containers).toEqual([
      {
        ...container,
        image: 'gcr.io/p/backend:2',
        env: [container?.env[1], { name: 'MODE', value: 'safe' }, { name: 'EXTRA', value: '1' }],
      },
    ]);
    expect(mask).toEqual(['annotations', 'revision', 'containers']);
  });

  test('never replaces a reference to a secret by a plain value', () => {
    expect(() => nextTemplate(own, { key, deploy: { ...same, env: { KEY: 'plain' } }, like: null })).toThrow(
      expect.objectContaining({ code: 'env-is-secret' }),
    );
  });

  test('takes probes, resources, scaling and egress from the service that works, and nothing else', () => {
    const { template, mask } = nextTemplate(own, { key, deploy: same, like });
    expect(template).toEqual({
      ...nextTemplate(own, { key, deploy: same, like: null }).template,
      scaling: { minInstanceCount: 2, maxInstanceCount: 8 },
      vpcAccess: { ...SERVICE.template.vpcAccess, egress: 'PRIVATE_RANGES_ONLY' },
      containers: [
        {
          ...container,
          resources: { limits: { cpu: '2', memory: '1Gi' }, cpuIdle: false, startupCpuBoost: true },
          // Their port 3000 is the container's own: on our container that is 8000. Port 9090 is one of its choice.
          startupProbe: { httpGet: { path: '/health', port: 8000 }, periodSeconds: 10, futureProbeField: 1 },
          livenessProbe: { httpGet: { path: '/live', port: 9090 } },
        },
      ],
    });
    expect(mask).toEqual(['annotations', 'revision', 'containers', 'scaling', 'vpcAccess.egress']);
  });

  test('keeps our own probe where the other service has none', () => {
    const bare = { containers: [{ image: 'x' }] };
    const { template } = nextTemplate(own, { key, deploy: same, like: bare });
    expect(template.containers).toEqual([container]);
    expect(template.scaling).toEqual(SERVICE.template.scaling);
  });

  test('keeps public addresses off the connector, and changes nothing else', () => {
    const { template, mask } = nextTemplate(own, { key, deploy: { ...same, network: { to: 'private-ranges-only' } }, like: null });
    expect(template).toEqual({
      ...nextTemplate(own, { key, deploy: same, like: null }).template,
      vpcAccess: { ...SERVICE.template.vpcAccess, egress: 'PRIVATE_RANGES_ONLY' },
    });
    expect(mask).toEqual(['annotations', 'revision', 'vpcAccess.egress']);
  });

  test('puts an interface of its own in the place of the connector: both at once are refused', () => {
    const network = { to: 'direct', network: 'main', subnet: 'run' } as const;
    const { template, mask } = nextTemplate(own, { key, deploy: { ...same, network }, like: null });
    expect(template.vpcAccess).toEqual({
      networkInterfaces: [{ network: 'main', subnetwork: 'run' }],
      egress: SERVICE.template.vpcAccess.egress,
    });
    expect(mask).toContain('vpcAccess');
  });

  test('sets no egress on a service without a way into the network', () => {
    const { vpcAccess: _none, ...apart } = SERVICE.template;
    const { template, mask } = nextTemplate(apart, { key, deploy: same, like });
    expect(template).not.toHaveProperty('vpcAccess');
    expect(mask).not.toContain('vpcAccess.egress');
  });
});
