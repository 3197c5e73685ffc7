import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** An environment that is well, and the document that Firebreak has for it. */
export interface Environment {
  readonly name: string;
  /** A scenario as it is written, without noise. */
  readonly scenario: Readonly<Record<string, unknown>>;
  /** null: the scenario's own. */
  readonly documentFile: string | null;
}

const HERE = 'test/simulation/days';
const WORLDS = 'test/worlds';
const ACME = 'deploy/examples/acme';
const BAKERY = 'deploy/examples/bakery';

/** Of every shape that a document can have: see each one's title. */
export const ENVIRONMENTS: readonly Environment[] = [
  onBase('issue-1278', 'already-healthy', 'Three services behind one connector, a database and a load balancer'),
  { name: 'acme', scenario: acme(), documentFile: `${ACME}/remediation.yaml` },
  { name: 'bakery', scenario: bakery(), documentFile: `${BAKERY}/remediation.yaml` },
  onBase('private-services', 'internal-service', 'Services that hardly anybody may ask'),
  { name: 'rates-direct', scenario: written(`${HERE}/rates-direct.yaml`), documentFile: `${HERE}/rates-direct.remediation.yaml` },
  { name: 'two-regions', scenario: written(`${WORLDS}/regions-healthy.yaml`), documentFile: `${WORLDS}/documents/two-regions.yaml` },
];

function onBase(name: string, base: string, title: string): Environment {
  return { name, scenario: { name, title, base, cause: 'healthy', seed: 1, expect: { outcome: 'recovered' } }, documentFile: null };
}

/** The example before its sale: the connector large enough, and every instance well. */
function bakery(): Environment['scenario'] {
  const { world, ...rest } = written(`${BAKERY}/world.yaml`) as {
    world: { connectors: Named[]; services: (Named & { revisions: object[] })[] };
  };
  const connectors = world.connectors.map((one) => ({ ...one, machineType: 'e2-standard-4' }));
  const services = world.services.map((service) => ({
    ...service,
    revisions: service.revisions.map((revision) => ({ ...revision, running: { ready: service.name === 'orders' ? 8 : 2 } })),
  }));
  return { ...rest, cause: 'healthy', world: { ...world, connectors, services }, expect: { outcome: 'recovered' } };
}

/** The example without its release: the revision before it serves. */
function acme(): Environment['scenario'] {
  const { world, ...rest } = written(`${ACME}/world.yaml`) as { world: { services: (Named & { revisions: object[] })[] } };
  const services = world.services.map((service) => {
    const { release: _, revisions, ...same } = service as typeof service & { release?: object };
    return { ...same, revisions: revisions.slice(0, 1).map((revision) => ({ ...revision, running: { ready: 2 } })) };
  });
  return { ...rest, cause: 'healthy', world: { ...world, services }, expect: { outcome: 'recovered' } };
}

interface Named {
  readonly name: string;
}

function written(file: string): Environment['scenario'] {
  return parse(readFileSync(file, 'utf8'), { merge: true }) as Environment['scenario'];
}
