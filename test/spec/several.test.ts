import { describe, expect, it } from 'vitest';
import { loadSpec } from '../../src/spec/load.ts';

const TARGET = 'target: { minInstances: 2, maxInstances: 3, machineType: e2-micro }';

/** A document of three services, with these keys beside them; keys of a service by its name. */
function documentWith(keys: readonly string[], of: Readonly<Record<string, string>> = {}): string {
  const services = ['till', 'oven', 'web'].map(
    (name) => `    - { name: ${name}, role: ${name === 'web' ? 'frontend' : 'backend'}${of[name] === undefined ? '' : `, ${of[name]}`} }`,
  );
  return [
    'apiVersion: firebreak.dev/v1',
    'kind: Remediation',
    'metadata: { name: several }',
    'spec:',
    '  project: my-project',
    '  region: us-central1',
    ...keys.map((key) => `  ${key}`),
    '  services:',
    ...services,
  ].join('\n');
}

const load = (...document: Parameters<typeof documentWith>) => loadSpec(documentWith(...document), 'a', {}).spec;
const refused = (...document: Parameters<typeof documentWith>) => {
  try {
    load(...document);
    return 'nothing';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
};

describe('connectors', () => {
  it('are one by the single form, several by the list, in its order', () => {
    expect(load([`connector: { name: a, ${TARGET} }`]).connectors.map(({ name }) => name)).toEqual(['a']);
    expect(load([`connectors: [{ name: b, ${TARGET} }, { name: a, ${TARGET} }]`]).connectors.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(load([]).connectors).toEqual([]);
  });

  it('are refused in both forms at once, and one that stands there twice', () => {
    const list = `connectors: [{ name: a, ${TARGET} }, { name: a, ${TARGET} }]`;
    expect(refused([`connector: { name: b, ${TARGET} }`, list])).toMatch(/spec\.connector: spec\.connectors is there too/);
    expect(refused([list])).toMatch(/spec\.connectors\[1\]\.name: a is already/);
  });
});

const POOL = 'pool: { size: 5, overflow: 2 }';
const TWO = `databases: [{ instance: books, ${POOL} }, { instance: stock, ${POOL} }]`;

describe('databases', () => {
  it('one alone is used by every service but a front end without a pool of its own', () => {
    const one = [`database: { instance: books, ${POOL} }`];
    expect(load(one).services.map(({ databases }) => databases)).toEqual([['books'], ['books'], []]);
    expect(load(one, { web: POOL }).services.map(({ databases }) => databases)).toEqual([['books'], ['books'], ['books']]);
    expect(load(one, { oven: 'databases: []' }).services.map(({ databases }) => databases)).toEqual([['books'], [], []]);
  });

  it('of several each is used by the services that name it', () => {
    const spec = load([TWO], { till: 'databases: [books]', oven: 'databases: [stock, books]' });
    expect(spec.services.map(({ databases }) => databases)).toEqual([['books'], ['stock', 'books'], []]);
  });

  it('are refused where nobody uses one, where a service names another, and in both forms at once', () => {
    expect(refused([TWO], { till: 'databases: [books]' })).toMatch(/spec\.databases\[1\]\.instance: no service uses stock/);
    expect(refused([TWO], { till: 'databases: [books]', oven: 'databases: [stok]' })).toMatch(/stok is not a database of this document/);
    expect(refused([`database: { instance: books, ${POOL} }`, TWO])).toMatch(/spec\.database: spec\.databases is there too/);
  });
});
