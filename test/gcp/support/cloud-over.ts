import { PassThroughClient } from 'google-auth-library';
import { createCloud } from '../../../src/gcp/cloud.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Cloud } from '../../../src/ports/cloud.ts';

export const PROJECT = 'netra-staging';
const REGION = 'us-central1';
export const LOCATION = `projects/${PROJECT}/locations/${REGION}`;

/** The adapters, over a socket peer. */
export function cloudOver(baseUrl: string, clock: Clock, readOnly = false): Cloud {
  return createCloud({
    project: PROJECT,
    region: REGION,
    authClient: new PassThroughClient(),
    baseUrl,
    clock,
    random: { next: () => 0.5 },
    readOnly,
  });
}

export const CONNECTOR = {
  name: `${LOCATION}/connectors/staging-connector`,
  state: 'READY',
  machineType: 'e2-micro',
  minInstances: 2,
  maxInstances: 10,
  someday: 'a field we do not know',
};

export const SERVICE = {
  name: `${LOCATION}/services/backend`,
  uri: 'https://backend.run.app',
  generation: '7',
  observedGeneration: '7',
  etag: '"e7"',
  latestReadyRevision: `${LOCATION}/services/backend/revisions/backend-00007-aaa`,
  latestCreatedRevision: `${LOCATION}/services/backend/revisions/backend-00007-aaa`,
  terminalCondition: { type: 'Ready', state: 'CONDITION_SUCCEEDED' },
  traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }],
  trafficStatuses: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100, revision: 'backend-00007-aaa' }],
  template: {
    revision: 'backend-00007-aaa',
    annotations: { team: 'core' },
    labels: { tier: 'one' },
    futureField: { deep: [1, 2] },
    serviceAccount: 'backend@example',
    timeout: '300s',
    scaling: { minInstanceCount: 1, maxInstanceCount: 20 },
    vpcAccess: { connector: `${LOCATION}/connectors/staging-connector`, egress: 'ALL_TRAFFIC' },
    containers: [
      {
        image: 'gcr.io/p/backend@sha256:1',
        ports: [{ name: 'http1', containerPort: 8000 }],
        env: [
          { name: 'MODE', value: 'staging' },
          { name: 'KEY', valueSource: { secretKeyRef: { secret: 'key', version: '1' } } },
        ],
        resources: { limits: { cpu: '1', memory: '512Mi' }, cpuIdle: true },
        startupProbe: { tcpSocket: { port: 8000 }, timeoutSeconds: 240 },
      },
    ],
  },
};
