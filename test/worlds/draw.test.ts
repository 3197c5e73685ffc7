import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadSpec } from '../../src/spec/load.ts';
import { drawWorld } from '../../src/worlds/draw.ts';
import { fitProblems } from '../../src/worlds/fit.ts';
import { loadWorld } from '../../src/worlds/load.ts';
import { worldText } from '../../src/worlds/write.ts';

const textOf = (name: string): string => readFileSync(new URL(`../../deploy/examples/${name}.yaml`, import.meta.url), 'utf8');
const drawn = (text: string) => drawWorld(loadSpec(text, 'remediation.yaml', {}).spec);

const API = `apiVersion: firebreak.dev/v1
kind: Remediation
metadata: { name: api }
spec:
  project: my-project
  region: us-central1
  services:
    - { name: sign-in, role: auth }
    - { name: api, role: backend, dependsOn: [sign-in], pin: { revision: api-00007-old }, health: [{ url: /health/live }, { url: 'https://status.example/api' }] }
  database: { instance: books, pool: { size: 40, overflow: 10 } }
  validation:
    goldenPath:
      - { name: sign in, service: sign-in, method: POST, path: /session, expectStatus: 201, save: { id: session.id } }
      - { name: shelf, service: api, path: '/shelves/\${id}?page=1' }
    webSocket: { service: api, path: /live, send: {}, events: [hello, bye] }
    categories: [{ name: shelves, checks: [{ service: api, path: /shelves/, expectJson: { books.0: Emma, count: 1 } }] }]
`;

describe('the world drawn from a document', () => {
  it.each(['minimal', 'issue-1278', 'notes/remediation', 'bakery/remediation'])('of %s can be read, and fits the document', (name) => {
    const { spec } = loadSpec(textOf(name), name, {});
    const { scenario } = loadWorld(worldText(drawWorld(spec), name), 'drawn');
    expect(fitProblems(spec, scenario.world, 'drawn')).toEqual([]);
  });

  it('answers on each path as the document expects, with what later steps take from it', () => {
    const { world } = drawn(API);
    expect(world.services.map(({ application }) => application?.answers)).toEqual([
      { '/health': 200, '/session': { status: 201, json: { session: { id: 'drawn-id' } } } },
      { '/health/live': 200, '/shelves': { status: 200, json: { books: { '0': 'Emma' }, count: 1 } }, '/shelves/drawn-id': 200 },
    ]);
    expect(world.services[1]?.application?.socket).toEqual({ path: '/live', events: ['hello', 'bye'] });
  });

  it('holds the revision that a document pins by name, as the one that served before a release', () => {
    const [, api] = drawn(API).world.services;
    expect(api?.release).toEqual({ before: '45m', from: 'api-00007-old' });
    expect(api?.revisions.map(({ name }) => name)).toEqual(['api-00007-old', 'api-00002-new']);
  });

  it('gives the database room for all connections that its services may open', () => {
    expect(drawn(API).world.databases?.[0]?.flags).toEqual([{ name: 'max_connections', value: '600' }]);
  });

  it('leads a domain of the API to the back end that stands before the others', () => {
    expect(drawn(textOf('bakery/remediation')).world.loadBalancers?.[0]?.hosts).toEqual([
      { name: 'crumb.example', backend: 'storefront-backend' },
      { name: 'api.crumb.example', backend: 'orders-backend' },
    ]);
  });

  it('says what it guessed and what it cannot know, at the head of the file too', () => {
    const { guesses, unknowns } = drawn(API);
    expect(guesses.join('\n')).toMatch(/5 requests a second.*\napi calls sign-in .*\nbooks: PostgreSQL 15/);
    expect(unknowns).toContain('what https://status.example/api answers: it is no path of a service, and no domain of the load balancer');
    for (const line of [...guesses, ...unknowns]) expect(worldText(drawn(API), 'mine.yaml')).toContain(`#   - ${line}\n`);
  });
});
