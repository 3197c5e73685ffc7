import { readFileSync } from 'node:fs';
import { lookOffline } from '../../src/composition/offline.ts';
import { absent, fresh } from '../../src/core/model/measured.ts';
import type { ServiceState } from '../../src/core/model/observation.ts';
import type { SqlInstance, WayIn } from '../../src/core/model/way-in.ts';
import { serviceState } from '../../src/gcp/run/service-state.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import { survey } from '../../src/survey/run-survey.ts';
import type { Survey } from '../../src/survey/survey.ts';
import { loadWorld } from '../../src/worlds/load.ts';

/** A scenario that comes with Firebreak, or the world of an example. */
export function scenarioOf(name: string): Scenario {
  const example = new URL(`../../deploy/examples/${name}/world.yaml`, import.meta.url);
  return ['acme', 'bakery', 'notes'].includes(name) ? loadWorld(readFileSync(example, 'utf8'), name).scenario : readScenario(name);
}

/** The ordinary look at a simulated world. */
export async function surveyed(scenario: Scenario, only: readonly string[] = [], others: readonly string[] = []): Promise<Survey> {
  const { project, region } = scenario.world;
  const regions = [region, ...others] as const;
  return lookOffline(scenario, (at) => survey({ ...at, project, regions, only, signal: new AbortController().signal }), regions);
}

interface Written {
  readonly env?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly ingress?: string;
  readonly probe?: string;
  readonly mounts?: readonly string[];
  readonly vpcAccess?: object;
}

/** A service as Google tells it. */
export function service(
  name: string,
  { env = {}, image = 'r.example/p/i@sha256:1a', ingress, probe, mounts, vpcAccess }: Written = {},
): ServiceState {
  return serviceState(
    {
      name: `projects/p/locations/europe-west1/services/${name}`,
      uri: `https://${name}-h4shk3y5ab-ew.a.run.app`,
      generation: '1',
      etag: '"1"',
      ingress: ingress ?? 'INGRESS_TRAFFIC_ALL',
      template: {
        containers: [
          {
            image,
            env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
            ...(probe === undefined ? {} : { startupProbe: { httpGet: { path: probe } } }),
          },
        ],
        ...(mounts === undefined ? {} : { volumes: [{ name: 'sql', cloudSqlInstance: { instances: mounts } }] }),
        ...(vpcAccess === undefined ? {} : { vpcAccess }),
      },
    },
    'europe-west1',
  );
}

export interface Around {
  readonly databases?: readonly SqlInstance[];
  readonly waysIn?: readonly WayIn[];
}

/** An environment that answers on /health everywhere. */
export function environment(services: readonly ServiceState[], { databases = [], waysIn = [] }: Around = {}): Survey {
  return {
    project: 'my-project',
    region: 'europe-west1',
    regions: ['europe-west1'],
    at: Date.UTC(2025, 8, 15, 20, 3),
    services,
    connectors: {},
    databases: fresh(databases, 0, 'test'),
    connections: {},
    instances: absent('test'),
    day: absent('test'),
    waysIn: fresh(waysIn, 0, 'test'),
    workloads: fresh([], 0, 'test'),
    health: Object.fromEntries(
      services.map(({ name }) => [name, { asked: [{ path: '/health', status: 200, latencyMs: 20, problem: null }], unasked: null }]),
    ),
  };
}
