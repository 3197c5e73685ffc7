import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { absent } from '../../src/core/model/measured.ts';
import { loadScenario } from '../../src/simulator/scenario.ts';
import { loadSpec } from '../../src/spec/load.ts';
import { documentText } from '../../src/survey/document.ts';
import { notesIn } from '../../src/survey/lines.ts';
import { fitProblems } from '../../src/worlds/fit.ts';
import { environment, scenarioOf, service, surveyed } from './support.ts';

const written = (survey: Parameters<typeof documentText>[0]) => {
  const text = documentText(survey, 'remediation.yaml');
  return { text, ...loadSpec(text, 'remediation.yaml', {}) };
};

const WORLDS = [
  'issue-1278',
  'notes',
  'acme',
  'bakery',
  'plain-service',
  'already-healthy',
  'expired-certificate',
  'egress-cuts-admin-api',
];

describe('the document written from a look', () => {
  it.each(WORLDS)('at %s passes its own validation as it stands, and fits the world', async (name) => {
    const scenario = scenarioOf(name);
    const { spec, warnings } = written(await surveyed(scenario));
    expect(warnings).toEqual([]);
    expect(fitProblems(spec, scenario.world, name)).toEqual([]);
    expect(spec.services.map((one) => one.name).toSorted()).toEqual(scenario.world.services.map((one) => one.name).toSorted());
  });

  it('tells of the bakery what can be seen: order, roles, the full connector, MySQL and its pools, the way in', async () => {
    const { spec, text } = written(await surveyed(scenarioOf('bakery')));
    expect(spec.services.map(({ name, role, dependsOn, pool }) => [name, role, dependsOn, pool])).toEqual([
      ['stock', 'backend', [], { size: 4, overflow: 4 }],
      ['orders', 'backend', ['stock'], { size: 5, overflow: 0 }],
      ['storefront', 'frontend', ['orders'], null],
    ]);
    expect(spec.connectors.map(({ name }) => name)).toEqual(['orders-connector', 'stock-connector']);
    expect(spec.databases.map(({ instance }) => instance)).toEqual(['bakery-mysql']);
    expect(spec.loadBalancer).toMatchObject({ urlMap: 'bakery-lb', domains: ['crumb.example', 'api.crumb.example'] });
    expect(text).toContain('dependsOn: [stock] # guess: STOCK_URL holds the address of stock');
    expect(text).toContain('# MySQL 8.0; used by orders (DB_HOST holds its address), stock (DB_INSTANCE names it).');
    expect(text).toContain('# stock-connector: ridden by stock; now 2–3 × e2-micro, READY.');
  });

  it('asks about another region that the load balancer leads to, and works on none by itself', async () => {
    const file = 'regions-healthy.yaml';
    const text = readFileSync(new URL(`../worlds/${file}`, import.meta.url), 'utf8');
    const { spec, text: document } = written(await surveyed(loadScenario(text, file)));
    expect(spec.services.map(({ name }) => name)).toEqual(['booking']);
    expect(document.replaceAll(/\n +# +/g, ' ')).toContain(
      'tickets leads to europe-west4 too, which was not read. Shall Firebreak work there as well? Then begin with both: firebreak init --project ferry-tickets --region europe-north1 --region europe-west4 -o regions.yaml',
    );
  });

  it('of two regions is one document: services, connectors and databases of both, and the twins behind the load balancer', async () => {
    const file = 'regions-connector-full.yaml';
    const scenario = loadScenario(readFileSync(new URL(`../worlds/${file}`, import.meta.url), 'utf8'), file);
    const { spec, text, warnings } = written(await surveyed(scenario, [], ['europe-west4']));
    expect(warnings).toEqual([]);
    expect(fitProblems(spec, scenario.world, file)).toEqual([]);
    expect(spec.services.map(({ name, databases }) => [name, databases])).toEqual([
      ['berths', ['fjord']],
      ['berths@europe-west4', ['strait']],
    ]);
    expect(spec.connectors.map(({ name }) => name).toSorted()).toEqual(['berths', 'berths@europe-west4']);
    expect(text).toContain('# berths and berths@europe-west4: one service to users');
    expect(text).not.toContain('which was not read');
  });

  it('speaks of nothing that there is not', async () => {
    const { text } = written(await surveyed(scenarioOf('plain-service')));
    expect(text).not.toMatch(/connector|database|loadBalancer|dependencies|role:|deploy:/);
  });

  it('gives what was not permitted as a comment, and the rest all the same', async () => {
    const denied = ['vpcaccess.connectors.get', 'cloudsql.instances.list', 'compute.urlMaps.list', 'monitoring.timeSeries.list'];
    const { text, spec } = written(await surveyed({ ...scenarioOf('bakery'), grants: { denied } }));
    expect(notesIn(text).unread).toBe(5);
    expect(text).toMatch(/# not read: how each revision served in the last day/);
    expect(text).toMatch(/# not read: load balancers: .*PERMISSION_DENIED|# not read: load balancers: .*permission/i);
    expect([spec.connectors[0]?.name, spec.loadBalancer]).toEqual(['orders-connector', null]);
  });

  it('is not written where the services themselves cannot be listed', async () => {
    const look = surveyed({ ...scenarioOf('bakery'), grants: { denied: ['run.services.list'] } });
    await expect(look).rejects.toMatchObject({
      code: 'services-unreadable',
      exitCode: 2,
      fix: expect.stringContaining('roles/run.viewer'),
    });
  });

  it('is about the services that were named alone, and refuses a name that is none', async () => {
    const { spec } = written(await surveyed(scenarioOf('bakery'), ['stock']));
    expect(spec.services.map(({ name }) => name)).toEqual(['stock']);
    await expect(surveyed(scenarioOf('bakery'), ['sock'])).rejects.toMatchObject({ code: 'no-such-service' });
  });

  it('allows a new revision only of an image that is named by its digest, and only behind a private network', () => {
    const behind = { vpcAccess: { networkInterfaces: [{ network: 'n', subnetwork: 'projects/p/regions/r/subnetworks/inner' }] } };
    const services = [service('one', behind), service('two', { ...behind, image: 'r.example/p/b:latest' }), service('three')];
    const { spec, text } = written(environment(services));
    expect(spec.services.filter(({ deploy }) => deploy !== null).map(({ name }) => name)).toEqual(['one']);
    expect(text).toContain('Direct VPC egress into inner');
    expect(text).toMatch(/# question: may a run make a new revision of it[\s\S]*tag \(r\.example\/p\/b:latest\)/);
  });

  it('asks no health of a service whose ingress is internal, and counts that as nothing against it', () => {
    const look = environment([service('inner', { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' })]);
    const { spec } = written({ ...look, health: { inner: { asked: [], unasked: 'its ingress is internal' } } });
    expect(spec.services[0]?.health).toEqual([]);
  });

  it('does not pin a service of which no revision served well in the last day: a run could only ask', async () => {
    const survey = await surveyed(scenarioOf('issue-1278'));
    const { spec, text } = written(survey);
    expect(spec.services.map(({ name, pin }) => [name, pin !== null])).toEqual([
      ['netra-auth-service', false],
      ['netra-backend-staging', false],
      ['netra-frontend-staging', true],
    ]);
    expect(text).toContain('is its traffic split over netra-backend-staging-00749-6tr and netra-backend-staging-00750-69k on purpose?');
  });

  it('holds a budget that its own changes fit into', () => {
    const services = Array.from({ length: 20 }, (_, index) => service(`s-${index + 10}`));
    expect(written(environment(services)).spec.policy.budget.mutations).toBe(20);
  });

  it('gives text from outside back as text: no value ends its line, and no comment ends', () => {
    const evil = service('web', {
      image: 'r.example/x\nspec: {}:latest',
      vpcAccess: { networkInterfaces: [{ subnetwork: 'a\n  evil: true' }] },
    });
    const { text } = written({ ...environment([evil]), databases: absent('x', 'denied\nspec: broken') });
    expect(text).not.toMatch(/^\s*(?:evil|spec: [{b])/m);
  });
});
