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

describe('the order', () => {
  const edge = (from: string, to: string): Edge => ({ from, to, because: 'X' });

  it('has each service after those that it calls', () => {
    const { services } = inOrder([service('a'), service('b'), service('c')], [edge('a', 'b'), edge('b', 'c')]);
    expect(services.map(({ name }) => name)).toEqual(['c', 'b', 'a']);
  });

  it('leaves out the call that would close a circle, and says which', () => {
    const { edges: kept, circular } = inOrder([service('a'), service('b')], [edge('a', 'b'), edge('b', 'a')]);
    expect([kept, circular]).toEqual([[edge('a', 'b')], [edge('b', 'a')]]);
  });
});
