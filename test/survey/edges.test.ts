import { describe, expect, it } from 'vitest';
import { edgesOf, inOrder } from '../../src/survey/edges.ts';
import type { Edge } from '../../src/survey/edges.ts';
import { service } from './support.ts';

const WAY = {
  name: 'lb',
  hosts: [{ host: 'api.example.com', backend: 'b' }],
  defaultBackend: null,
  backends: [{ name: 'b', group: 'g', service: 'api' }],
};

const edges = (env: Readonly<Record<string, string>>): readonly string[] =>
  edgesOf([service('api'), service('api-v2'), service('web', { env })], [WAY]).map(({ to }) => to);

describe('that one service calls another', () => {
  it.each([
    ['its address', 'https://api-h4shk3y5ab-ew.a.run.app/v1', 'api'],
    ['its other address', 'https://api-v2-701982941522.europe-west1.run.app', 'api-v2'],
    ['a domain that leads to it', 'https://api.example.com/', 'api'],
    ['its name as a host', 'http://api:8080', 'api'],
    ['its name in a private zone', 'api-v2.internal.example', 'api-v2'],
  ])('is guessed from %s', (_, value, to) => {
    expect(edges({ UPSTREAM: value })).toEqual([to]);
  });

  it.each([
    ['a bare word', 'api'],
    ['another name that begins so', 'https://apiary-h4shk3y5ab-ew.a.run.app'],
    ['a host of others', 'https://www.googleapis.com'],
    ['its own address', 'https://web-h4shk3y5ab-ew.a.run.app'],
    ['a number', '8080'],
  ])('is not guessed from %s', (_, value) => {
    expect(edges({ UPSTREAM: value })).toEqual([]);
  });

  it('is not guessed from a variable that may hold a secret: its value is not seen at all', () => {
    expect(edges({ API_TOKEN: 'https://api-h4shk3y5ab-ew.a.run.app' })).toEqual([]);
  });
});

describe('that one service calls another, where both are in several regions', () => {
  const both = ['api', 'api@europe-west4'].map((name) => ({ ...service('api'), name, uri: null }));
  const called = (from: string, value: string): readonly string[] =>
    edgesOf([...both, { ...service('web', { env: { UPSTREAM: value } }), name: from }], [WAY]).map(({ to }) => to);

  it.each([
    ['the region in the host', 'web', 'https://api-701982941522.europe-west4.run.app', 'api@europe-west4'],
    ['the document’s own region in the host', 'web@europe-west4', 'https://api-701982941522.europe-west1.run.app', 'api'],
    ['the region of the caller', 'web@europe-west4', 'http://api:8080', 'api@europe-west4'],
    ['the region of the caller, at home', 'web', 'http://api:8080', 'api'],
  ])('takes the one of %s', (_, from, value, to) => {
    expect(called(from, value)).toEqual([to]);
  });
});

describe('the order', () => {
  const edge = (from: string, to: string): Edge => ({ from, to, because: 'X' });

  it('leaves out a call to a region that comes later, and keeps one to a region that comes before', () => {
    const [home, abroad] = ['a', 'a@europe-west4'].map((name) => ({ ...service('a'), name })) as [
      ReturnType<typeof service>,
      ReturnType<typeof service>,
    ];
    const { services, edges: kept, later } = inOrder([home, abroad], [edge('a', 'a@europe-west4'), edge('a@europe-west4', 'a')]);
    expect(services.map(({ name }) => name)).toEqual(['a', 'a@europe-west4']);
    expect([kept, later]).toEqual([[edge('a@europe-west4', 'a')], [edge('a', 'a@europe-west4')]]);
  });

  it('has each service after those that it calls', () => {
    const { services } = inOrder([service('a'), service('b'), service('c')], [edge('a', 'b'), edge('b', 'c')]);
    expect(services.map(({ name }) => name)).toEqual(['c', 'b', 'a']);
  });

  it('leaves out the call that would close a circle, and says which', () => {
    const { edges: kept, circular } = inOrder([service('a'), service('b')], [edge('a', 'b'), edge('b', 'a')]);
    expect([kept, circular]).toEqual([[edge('a', 'b')], [edge('b', 'a')]]);
  });
});
