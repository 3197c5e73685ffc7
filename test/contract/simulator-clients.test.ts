import { PassThroughClient, type AuthClient } from 'google-auth-library';
import { ServicesClient } from '@google-cloud/run/build/src/v2/services_client.js';
import { SqlInstancesServiceClient } from '@google-cloud/sql/build/src/v1/sql_instances_service_client.js';
import { monitoring_v3 } from 'googleapis/build/src/apis/monitoring/v3.js';
import { run_v2 } from 'googleapis/build/src/apis/run/v2.js';
import { vpcaccess_v1 } from 'googleapis/build/src/apis/vpcaccess/v1.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProcessClient } from '../../src/simulator/http/in-process.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { serveSimulator } from '../../src/simulator/server.ts';
import { BASE_URL, given } from '../simulator/support/given.ts';

/** The three kinds of client that Firebreak uses, unchanged, against the simulator: Google's own code is the judge. */
interface Reached {
  readonly baseUrl: string;
  readonly authClient: AuthClient;
  readonly simulator: Simulator;
  /** Lets simulated time pass. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const PARENT = 'projects/shop-staging/locations/us-central1';
const SHOP = `${PARENT}/services/shop`;
const CONNECTOR = `${PARENT}/connectors/shop-connector`;

async function inProcess(): Promise<Reached> {
  const { simulator, clock } = given();
  return {
    baseUrl: BASE_URL,
    authClient: inProcessClient(simulator),
    simulator,
    pass: async (ms) => clock.advance(ms),
    close: async () => undefined,
  };
}

/** A thousand times as fast as real time: a minute passes while a few dozen requests are made. */
async function overThePort(): Promise<Reached> {
  const served = await serveSimulator({ port: 0, scenario: given().scenario, speed: 1_000 });
  const { clock } = served.simulator;
  return {
    baseUrl: served.url,
    authClient: new PassThroughClient(),
    simulator: served.simulator,
    pass: (ms) => clock.sleepUntil(clock.now() + ms),
    close: served.close,
  };
}

describe.each([
  ['in process', inProcess],
  ['over the port', overThePort],
])('%s', (_how, reach) => {
  let reached: Reached;
  beforeAll(async () => {
    reached = await reach();
  });
  afterAll(() => reached.close());

  const rest = () => ({ rootUrl: `${reached.baseUrl}/`, auth: reached.authClient, retry: false as const });
  const generated = () => {
    const { hostname, port } = new URL(reached.baseUrl);
    return { fallback: true as const, protocol: 'http', apiEndpoint: hostname, port: Number(port) || 80, authClient: reached.authClient };
  };

  it('googleapis reads and patches a connector and follows its operation', async () => {
    const { connectors, operations } = new vpcaccess_v1.Vpcaccess(rest() as vpcaccess_v1.Options).projects.locations;
    const { data } = await connectors.patch({
      name: CONNECTOR,
      updateMask: 'minInstances,maxInstances',
      requestBody: { minInstances: 3, maxInstances: 8 },
    });
    expect(data.done).toBeUndefined();
    await reached.pass(600_000);
    expect((await operations.get({ name: data.name! })).data).toMatchObject({ done: true, response: { maxInstances: 8 } });
    expect((await connectors.get({ name: CONNECTOR })).data).toMatchObject({ state: 'READY', minInstances: 3 });
  });

  it('googleapis reports a refusal with status, code and details', async () => {
    const { connectors } = new vpcaccess_v1.Vpcaccess(rest() as vpcaccess_v1.Options).projects.locations;
    const refused = connectors.patch({
      name: CONNECTOR,
      updateMask: 'minInstances,maxInstances',
      requestBody: { minInstances: 3, maxInstances: 15 },
    });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      code: 400,
      message: expect.stringContaining('max_instances'),
      response: { data: { error: { status: 'INVALID_ARGUMENT', details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest' }] } } },
    });
  });

  it('googleapis repeats a list parameter, and the answer keeps both groups', async () => {
    const now = reached.simulator.settle();
    const { data } = await new monitoring_v3.Monitoring(rest() as monitoring_v3.Options).projects.timeSeries.list({
      name: 'projects/shop-staging',
      filter: 'metric.type="run.googleapis.com/request_count" AND resource.type="cloud_run_revision"',
      'interval.startTime': new Date(now - 600_000).toISOString(),
      'interval.endTime': new Date(now).toISOString(),
      'aggregation.alignmentPeriod': '60s',
      'aggregation.perSeriesAligner': 'ALIGN_DELTA',
      'aggregation.crossSeriesReducer': 'REDUCE_SUM',
      'aggregation.groupByFields': ['resource.labels.service_name', 'metric.labels.response_code_class'],
    });
    const groups = data.timeSeries!.map(({ metric, resource }) => ({ ...resource?.labels, ...metric?.labels }));
    expect(groups).toContainEqual({ project_id: 'shop-staging', service_name: 'shop', response_code_class: '2xx' });
    expect(groups).toContainEqual({ project_id: 'shop-staging', service_name: 'front', response_code_class: '2xx' });
  });

  it('the generated Run client patches traffic with its numeric enums and empty maps, and follows its operation by name', async () => {
    const client = new ServicesClient(generated());
    const before = await new run_v2.Run(rest() as run_v2.Options).projects.locations.services.get({ name: SHOP });
    const [operation] = await client.updateService({
      service: {
        name: SHOP,
        etag: before.data.etag!,
        traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: 'shop-00006-xyz', percent: 100 }],
      },
      updateMask: { paths: ['traffic'] },
    });
    await reached.pass(30_000);
    const progress = await client.checkUpdateServiceProgress(operation.name!);
    expect(progress.done).toBe(true);
    expect(progress.result).toMatchObject({ name: SHOP, trafficStatuses: [{ revision: 'shop-00006-xyz', percent: 100 }] });
    const after = await new run_v2.Run(rest() as run_v2.Options).projects.locations.services.get({ name: SHOP });
    expect(after.data).toMatchObject({ template: before.data.template, terminalCondition: { state: 'CONDITION_SUCCEEDED' } });
    await client.close();
  });

  it('the generated Run client reads a service without losing what it knows', async () => {
    const client = new ServicesClient(generated());
    const [service] = await client.getService({ name: SHOP });
    expect(service).toMatchObject({ name: SHOP, ingress: 'INGRESS_TRAFFIC_ALL', terminalCondition: { state: 'CONDITION_SUCCEEDED' } });
    expect(service.template).toMatchObject({ timeout: { seconds: '300' }, vpcAccess: { egress: 'PRIVATE_RANGES_ONLY' } });
    await client.close();
  });

  it('the generated Run client reports a stale etag as ABORTED', async () => {
    const client = new ServicesClient(generated());
    const stale = client.updateService({ service: { name: SHOP, etag: '"stale"', traffic: [] }, updateMask: { paths: ['traffic'] } });
    await expect(stale).rejects.toMatchObject({ code: 10, message: expect.stringContaining("Conflict for resource 'shop'") });
    await client.close();
  });

  it('the generated SQL client reads an instance', async () => {
    const client = new SqlInstancesServiceClient(generated());
    const [instance] = await client.get({ project: 'shop-staging', instance: 'shop-db' });
    expect(instance).toMatchObject({ state: 'RUNNABLE', settings: { tier: 'db-custom-1-3840', settingsVersion: { value: '7' } } });
    await client.close();
  });

  it('bare requests get JSON, and an error of the older shape for SQL', async () => {
    const found = await reached.authClient.request<{ name: string }>({
      url: `${reached.baseUrl}/v1/projects/shop-staging/instances/shop-db`,
      retry: false,
    });
    expect(found.data.name).toBe('shop-db');
    const missing = reached.authClient.request({
      url: `${reached.baseUrl}/sql/v1beta4/projects/shop-staging/instances/other`,
      retry: false,
    });
    await expect(missing).rejects.toMatchObject({
      status: 404,
      response: { data: { error: { code: 404, errors: [{ reason: 'instanceDoesNotExist' }] } } },
    });
  });

  it('bare requests that are aborted reject, and a lost answer is a reset connection', async () => {
    reached.simulator.faults.add({ id: 'lost', match: { path: '/v2/**/services' }, times: 1, answer: { lostBefore: true } });
    const lost = reached.authClient.request({ url: `${reached.baseUrl}/v2/${PARENT}/services`, retry: false });
    await expect(lost).rejects.toMatchObject({ code: 'ECONNRESET' });
    const aborted = reached.authClient.request({
      url: `${reached.baseUrl}/v2/${PARENT}/services`,
      retry: false,
      signal: AbortSignal.abort(),
    });
    await expect(aborted).rejects.toMatchObject({ code: 'AbortError' });
  });
});
