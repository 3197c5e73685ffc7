import { describe, expect, it } from 'vitest';
import { allRoutes } from '../../src/simulator/apis/all-routes.ts';
import { CloudRun } from '../../src/simulator/apis/run/run.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { EventQueue } from '../../src/simulator/surface/event-queue.ts';
import { Router } from '../../src/simulator/surface/router.ts';
import { USUAL_SWITCHES, type Surface } from '../../src/simulator/surface/surface.ts';
import { createWorld } from '../../src/simulator/world/world.ts';
import { BASE_URL, CONNECTOR, finished, given, pick, PROJECT, REGION, SERVICES, SHOP, type Given } from '../simulator/support/given.ts';
import { available, Discovery } from './support/discovery.ts';

/** Google's own descriptions are the judge of paths, field names, enums and types; behaviour is judged elsewhere. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  'vpcaccess.googleapis.com /v1': 'vpcaccess.v1',
  'run.googleapis.com /v2': 'run.v2',
  'sqladmin.googleapis.com /v1': 'sqladmin.v1',
  'sqladmin.googleapis.com /sql': 'sqladmin.v1beta4',
  'monitoring.googleapis.com /v3': 'monitoring.v3',
  'logging.googleapis.com /v2': 'logging.v2',
  'cloudsupport.googleapis.com /v2': 'cloudsupport.v2',
  'cloudsupport.googleapis.com /upload': 'cloudsupport.v2',
  'serviceusage.googleapis.com /v1': 'serviceusage.v1',
  'cloudresourcemanager.googleapis.com /v1': 'cloudresourcemanager.v1',
  'cloudresourcemanager.googleapis.com /v3': 'cloudresourcemanager.v3',
  'compute.googleapis.com /compute': 'compute.v1',
  'storage.googleapis.com /storage': 'storage.v1',
  'storage.googleapis.com /upload': 'storage.v1',
};

/** APIs without a description beside the checkout; their routes are judged by the tests of the simulator alone. */
const UNDESCRIBED = [
  ...['certificatemanager', 'servicehealth', 'secretmanager', 'iam', 'iamcredentials'].map((api) => `${api}.googleapis.com`),
  'metadata.google.internal',
];

/** Methods that the description beside the checkout leaves out: it is not whole for this API. */
const LEFT_OUT = [
  'compute.routers.list',
  'compute.routers.get',
  'run.projects.locations.workerPools.get',
  'run.projects.locations.workerPools.list',
];

function routes() {
  const { scenario } = given();
  const base = {
    scenario,
    world: createWorld(scenario),
    events: new EventQueue(),
    switches: USUAL_SWITCHES,
    baseUrl: BASE_URL,
  };
  const surface: Surface = { ...base, project: PROJECT, projectNumber: '1', region: REGION };
  return allRoutes(surface, new CloudRun(surface));
}

function documentOf(host: string, path: string): string {
  return DOCUMENTS[`${host} ${/^\/\w+/.exec(path)?.[0]}`] ?? `${host} ${path}`;
}

const loaded = new Map<string, Discovery>();

function discovery(name: string): Discovery {
  const found = loaded.get(name) ?? new Discovery(name);
  loaded.set(name, found);
  return found;
}

describe.skipIf(!available)('paths', () => {
  const described = routes().filter(({ host, id }) => !UNDESCRIBED.includes(host) && !LEFT_OUT.includes(id));

  it.each(described.map((route) => [`${route.method} ${route.path}`, route] as const))('%s is a method of its API', (_title, route) => {
    const method = discovery(documentOf(route.host, route.path)).method(route.id);
    expect(method, route.id).toBeDefined();
    expect(method!.httpMethod).toBe(route.method);
    const plain = (path: string) => path.replace(/^\/?/, '/').replaceAll(/\{[^}]+\}/g, '{}');
    // `v2/{v2Id}/{v2Id1}/cases` stands for projects and organizations alike; projects are what is simulated.
    // Compute describes its paths below `/compute/v1/`, Cloud Storage below `/storage/v1/`, and uploads once more below `/upload/`.
    const told = plain(method!.flatPath ?? method!.path).replace('/{}/{}/', '/projects/{}/');
    expect(told).toBe(plain(route.path).replace(/^(?:\/compute\/v1|(?:\/upload)?\/storage\/v1|\/upload(?=\/v2))(?=\/)/, ''));
  });
});

describe.skipIf(!available)('answers', () => {
  const router = new Router(available ? routes() : []);

  /** Calls and checks the answer against the description of the method that the path leads to. */
  async function described(shop: Given, method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await shop.call(method, path, body);
    expect(answer.status, JSON.stringify(answer.data)).toBe(200);
    const { route } = router.find(method, path.split('?', 1)[0]!)!;
    expect(discovery(documentOf(route.host, route.path)).contradictions(route.id, answer.data)).toEqual([]);
    return answer.data;
  }

  it('of VPC Access, while an operation runs and after it', async () => {
    const shop = given();
    await described(shop, 'GET', CONNECTOR);
    const path = `${CONNECTOR}?updateMask=machineType`;
    const operation = `/v1/${pick(await described(shop, 'PATCH', path, { machineType: 'e2-standard-4' }), 'name')}`;
    await described(shop, 'GET', operation);
    shop.clock.advance(900_000);
    expect(await described(shop, 'GET', operation)).toMatchObject({ done: true });
    await described(shop, 'GET', CONNECTOR.replace(/\/[^/]+$/, ''));
    await described(shop, 'GET', operation.replace(/\/[^/]+$/, ''));
  });

  it.each(['shop:8', 'shop:broken'])('of Cloud Run, before, during and after the deploy of %s', async (image) => {
    const shop = given();
    await described(shop, 'GET', SHOP);
    await described(shop, 'GET', SERVICES);
    const patched = await shop.call('PATCH', `${SHOP}?updateMask=template.containers`, { template: { containers: [{ image }] } });
    await described(shop, 'GET', `/v2/${patched.data['name']}`);
    await described(shop, 'GET', SHOP);
    await described(shop, 'GET', `${SERVICES}/-/revisions`);
    await finished(shop, 'v2', patched);
    await described(shop, 'GET', `/v2/${patched.data['name']}`);
    await described(shop, 'POST', `/v2/${patched.data['name']}:wait`, {});
    await described(shop, 'GET', SHOP);
    await described(shop, 'GET', `${SHOP}/revisions`);
    await described(shop, 'GET', `${SHOP}/revisions/shop-00006-xyz`);
    await described(shop, 'POST', `${SHOP}:testIamPermissions`, { permissions: ['run.services.get'] });
  });

  it.each(['/v1', '/sql/v1beta4'])('of Cloud SQL %s', async (version) => {
    const shop = given();
    const project = `${version}/projects/${PROJECT}`;
    await described(shop, 'GET', `${project}/instances`);
    await described(shop, 'GET', `${project}/instances/shop-db`);
    const { name } = pick(await described(shop, 'GET', `${project}/operations?instance=shop-db`), 'items', 0) as { name: string };
    await described(shop, 'GET', `${project}/operations/${name}`);
  });

  it.each([
    ['run.googleapis.com/request_count', 'ALIGN_RATE'],
    ['run.googleapis.com/request_count', 'ALIGN_NONE'],
    ['run.googleapis.com/request_latencies', 'ALIGN_DELTA'],
    ['run.googleapis.com/container/instance_count', 'ALIGN_MAX'],
    ['vpcaccess.googleapis.com/connector/cpu/utilizations', 'ALIGN_PERCENTILE_99'],
    ['cloudsql.googleapis.com/database/postgresql/num_backends', 'ALIGN_MEAN'],
  ])('of Monitoring for %s with %s', async (metric, aligner) => {
    const shop = given();
    const now = shop.clock.now();
    const query = new URLSearchParams({
      filter: `metric.type = "${metric}"`,
      'interval.startTime': new Date(now - 600_000).toISOString(),
      'interval.endTime': new Date(now).toISOString(),
      'aggregation.perSeriesAligner': aligner,
      'aggregation.alignmentPeriod': '120s',
    });
    const data = await described(shop, 'GET', `/v3/projects/${PROJECT}/timeSeries?${query}`);
    expect(pick(data, 'timeSeries', 0, 'points', 0)).toBeDefined();
  });

  it('of Logging, for application, request and audit entries', async () => {
    const shop = given(readScenario('issue-1278'));
    const { project } = shop.scenario.world;
    await shop.call('PATCH', `/v2/projects/${project}/locations/${REGION}/services/netra-frontend-staging?updateMask=traffic`, {
      traffic: [],
    });
    shop.clock.advance(60_000);
    const list = { resourceNames: [`projects/${project}`], orderBy: 'timestamp desc', pageSize: 1_000 };
    const data = (await described(shop, 'POST', '/v2/entries:list', list)) as { entries: { logName: string }[] };
    const names = new Set(data.entries.map(({ logName }) => logName.split('/').at(-1)));
    expect([...names]).toEqual(
      expect.arrayContaining(['cloudaudit.googleapis.com%2Factivity', 'run.googleapis.com%2Frequests', 'run.googleapis.com%2Fstderr']),
    );
  });

  it('of Compute, for every part of a load balancer', async () => {
    const shop = given(readScenario('issue-1278'));
    const project = '/compute/v1/projects/netra-staging';
    const parts = [
      'global/forwardingRules',
      'global/targetHttpsProxies',
      'global/urlMaps',
      'global/backendServices',
      'global/sslCertificates',
    ];
    for (const collection of [...parts, 'regions/us-central1/networkEndpointGroups']) {
      const list = await described(shop, 'GET', `${project}/${collection}`);
      await described(shop, 'GET', `${project}/${collection}/${String(pick(list, 'items', 0, 'name'))}`);
    }
    await described(shop, 'POST', `${project}/global/backendServices/netra-api-backend/getHealth`, {});
  });

  it('of Support, from classification to the closed case', async () => {
    const shop = given();
    const classification = pick(await described(shop, 'GET', '/v2/caseClassifications:search?query=Cloud%20Run'), 'caseClassifications', 0);
    const cases = `/v2/projects/${PROJECT}/cases`;
    const draft = {
      displayName: 'down',
      description: 'all of it',
      classification,
      priority: 'P1',
      timeZone: 'UTC',
      subscriberEmailAddresses: ['ann@example.com'],
    };
    const { name } = (await described(shop, 'POST', cases, draft)) as { name: string };
    await described(shop, 'POST', `/v2/${name}/comments`, { body: 'still down' });
    await described(shop, 'GET', `/v2/${name}/comments`);
    await described(shop, 'POST', `/v2/${name}:escalate`, { escalation: { reason: 'BUSINESS_IMPACT', justification: 'two hours' } });
    await described(shop, 'GET', `${cases}?filter=state%3DOPEN`);
    await described(shop, 'GET', `${cases}:search?query=${encodeURIComponent('"still" AND state=OPEN')}`);
    await described(shop, 'PATCH', `/v2/${name}?updateMask=priority`, { priority: 3 });
    await described(shop, 'POST', `/v2/${name}:close`);
    expect(await described(shop, 'GET', `/v2/${name}`)).toMatchObject({ state: 'CLOSED', escalated: true, priority: 'P2' });
  });

  it('of Cloud Storage', async () => {
    const shop = given();
    await described(shop, 'GET', '/storage/v1/b/runs');
    await described(shop, 'POST', '/upload/storage/v1/b/runs/o?uploadType=media&name=a/b', { n: 1 });
    await described(shop, 'GET', '/storage/v1/b/runs/o/a%2Fb');
    await described(shop, 'GET', '/storage/v1/b/runs/o?prefix=a&maxResults=1');
    shop.clock.advance(1_000);
    await described(shop, 'PATCH', '/storage/v1/b/runs/o/a%2Fb', { metadata: { epoch: '1' } });
  });

  it('of Service Usage and Resource Manager', async () => {
    const shop = given();
    const services = `/v1/projects/${PROJECT}/services`;
    await described(shop, 'GET', services);
    await described(shop, 'GET', `${services}/run.googleapis.com`);
    await described(
      shop,
      'GET',
      `${services}:batchGet?names=projects/${PROJECT}/services/run.googleapis.com&names=projects/${PROJECT}/services/vpcaccess.googleapis.com`,
    );
    for (const version of ['v1', 'v3']) {
      await described(shop, 'POST', `/${version}/projects/${PROJECT}:testIamPermissions`, { permissions: ['run.services.get'] });
      await described(shop, 'POST', `/${version}/projects/${PROJECT}:getIamPolicy`, {});
    }
  });
});
