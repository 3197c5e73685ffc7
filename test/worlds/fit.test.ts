import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadSpec } from '../../src/spec/load.ts';
import { fitProblems } from '../../src/worlds/fit.ts';
import { loadWorld } from '../../src/worlds/load.ts';

const textOf = (name: string): string => readFileSync(new URL(`../../deploy/examples/bakery/${name}.yaml`, import.meta.url), 'utf8');
const { world } = loadWorld(textOf('world'), 'world.yaml').scenario;

/** What the bakery’s world has against its document with one place changed: path, and the mend. */
function misfits(from: string, to: string): readonly string[] {
  const text = textOf('remediation');
  expect(text).toContain(from);
  const { spec } = loadSpec(text.replaceAll(from, to), 'remediation.yaml', {});
  return fitProblems(spec, world, 'the bakery').map(({ path, what, fix }) => `${path.join('.')}: ${what} → ${fix}`);
}

describe('a document that speaks of what its world does not hold', () => {
  it('fits where everything that it names is there', () => {
    expect(misfits('bakery', 'bakery')).toEqual([]);
  });

  it.each([
    [
      'a service',
      'name: storefront',
      'name: shopfront',
      'spec.services.2.name: the bakery has no service shopfront; it has stock, orders, storefront → write storefront,',
    ],
    [
      'a connector',
      'name: orders-connector',
      'name: order-connector',
      'spec.connectors.0.name: the bakery has no VPC connector order-connector; it has orders-connector, stock-connector → write orders-connector,',
    ],
    [
      'a database',
      'instance: bakery-mysql',
      'instance: ledger',
      'spec.database.instance: the bakery has no database ledger; it has bakery-mysql → add it to the world',
    ],
    [
      'a load balancer',
      'urlMap: bakery-lb',
      'urlMap: bakery-balancer',
      'spec.loadBalancer.urlMap: the bakery has no load balancer bakery-balancer; it has bakery-lb →',
    ],
    [
      'a revision',
      'dependsOn: [stock]',
      'dependsOn: [stock], pin: { revision: orders-00087-rye }',
      'spec.services.1.pin.revision: the bakery has no revision of orders orders-00087-rye; it has orders-00088-rye → write orders-00088-rye,',
    ],
    [
      'another project alone, which is the one mistake',
      'project: crumb-and-crust',
      'project: crumbs',
      'spec.project: the document is for crumbs, and the bakery is crumb-and-crust → write crumb-and-crust,',
    ],
  ])('%s', (_, from, to, wanted) => {
    const [first, ...others] = misfits(from, to);
    expect(first).toContain(wanted);
    expect(others).toEqual([]);
  });
});
