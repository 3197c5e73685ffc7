import type { z } from 'zod';
import { sayDuration } from '../../../core/duration.ts';
import { nearest } from '../nearest.ts';

interface Named {
  readonly name: string;
}

interface NamedService extends Named {
  readonly traffic: readonly { readonly revision?: string | undefined; readonly latest: boolean; readonly percent: number }[];
  readonly release?: { readonly before: number; readonly from: string } | undefined;
  readonly revisions: readonly (Named & { readonly connector: string | null; readonly direct?: { readonly subnet: string } | undefined })[];
  readonly application: {
    readonly database?: { readonly instance: string } | undefined;
    readonly needs: readonly string[];
    readonly calls: readonly { readonly service: string }[];
    readonly troubles: readonly { readonly revision?: string | undefined }[];
  };
}

/** What of a world names, or is named. */
interface Shape {
  readonly history: number;
  readonly connectors: readonly (Named & { readonly minInstances: number; readonly maxInstances: number })[];
  readonly databases: readonly Named[];
  readonly network: { readonly subnets: readonly Named[] };
  readonly services: readonly NamedService[];
  readonly loadBalancers: readonly (Named & {
    readonly backends: readonly Named[];
    readonly hosts: readonly (Named & { readonly backend: string })[];
  })[];
  readonly jobs: readonly Named[];
  readonly workerPools: readonly Named[];
  readonly secrets: readonly Named[];
  readonly incidents: readonly Named[];
}

type At = readonly (string | number)[];
type Refuse = (path: At, message: string, fix: string) => void;

/** What one part of a world says of another must be so: each mistake with its place and its mend. */
export function checkReferences(world: Shape, context: z.RefinementCtx): void {
  const refuse: Refuse = (path, message, fix) => context.addIssue({ code: 'custom', path: [...path], message, params: { fix } });
  for (const key of ['connectors', 'databases', 'services', 'jobs', 'workerPools', 'loadBalancers', 'secrets', 'incidents'] as const)
    checkNames(world[key], [key], refuse);
  world.connectors.forEach((one, c) => {
    if (one.minInstances >= one.maxInstances)
      refuse(
        ['connectors', c, 'maxInstances'],
        `must be above minInstances (${one.minInstances})`,
        'write at most 10, and more than minInstances',
      );
  });
  world.services.forEach((one, s) => checkService(one, ['services', s], world, refuse));
  world.loadBalancers.forEach((one, l) => {
    one.hosts.forEach((host, h) =>
      mustExist('backend', host.backend, { known: one.backends, path: ['loadBalancers', l, 'hosts', h, 'backend'], refuse }),
    );
  });
  const circle = circleOfNeeds(world.services);
  if (circle !== null) {
    const first = world.services.findIndex(({ name }) => name === circle[0]);
    refuse(
      ['services', first, 'application', 'needs'],
      `goes in a circle: ${circle.join(' needs ')}; none of them could ever start well`,
      'leave out one of them: `needs` is for what must answer while a service starts, `calls` for its requests',
    );
  }
}

function checkService(one: Shape['services'][number], at: At, world: Shape, refuse: Refuse): void {
  checkNames(one.revisions, [...at, 'revisions'], refuse);
  const total = one.traffic.reduce((sum, target) => sum + target.percent, 0);
  if (total !== 100) refuse([...at, 'traffic'], `percents sum to ${total}, not to 100`, 'share out exactly 100 percent');
  one.traffic.forEach((target, t) => {
    if (target.latest === (target.revision !== undefined))
      refuse(
        [...at, 'traffic', t],
        'needs either `revision` or `latest: true`',
        'write { revision: NAME, percent: 100 } or { latest: true, percent: 100 }',
      );
    if (target.revision !== undefined)
      mustExist('revision', target.revision, { known: one.revisions, path: [...at, 'traffic', t, 'revision'], refuse });
  });
  const { release } = one;
  if (release !== undefined) {
    mustExist('revision', release.from, { known: one.revisions, path: [...at, 'release', 'from'], refuse });
    if (release.before >= world.history)
      refuse(
        [...at, 'release', 'before'],
        'lies before the history of the world, so that nobody saw it',
        `write less than \`history\` (${sayDuration(world.history)}), or make \`history\` longer`,
      );
  }
  one.revisions.forEach((rev, r) => {
    if (rev.connector !== null)
      mustExist('connector', rev.connector, { known: world.connectors, path: [...at, 'revisions', r, 'connector'], refuse });
    if (rev.direct === undefined) return;
    const path = [...at, 'revisions', r, 'direct'];
    mustExist('subnet', rev.direct.subnet, { known: world.network.subnets, path: [...path, 'subnet'], refuse });
    if (rev.connector !== null)
      refuse(path, 'stands beside a connector: a revision has one of the two', 'leave out `connector`, or `direct`');
  });
  const { database: pool, needs, calls, troubles } = one.application;
  troubles.forEach((trouble, t) => {
    if (trouble.revision !== undefined)
      mustExist('revision', trouble.revision, { known: one.revisions, path: [...at, 'application', 'troubles', t, 'revision'], refuse });
  });
  if (pool !== undefined)
    mustExist('database', pool.instance, { known: world.databases, path: [...at, 'application', 'database', 'instance'], refuse });
  needs.forEach((other, n) => mustExist('service', other, { known: world.services, path: [...at, 'application', 'needs', n], refuse }));
  calls.forEach((call, c) =>
    mustExist('service', call.service, { known: world.services, path: [...at, 'application', 'calls', c, 'service'], refuse }),
  );
}

function mustExist(
  what: string,
  wanted: string,
  { known, path, refuse }: { readonly known: readonly Named[]; readonly path: At; readonly refuse: Refuse },
): void {
  const names = known.map(({ name }) => name);
  if (names.includes(wanted)) return;
  const hint = nearest(wanted, names);
  const fix = hint === null ? `add a ${what} of this name, or correct it` : `write ${hint}`;
  refuse(path, `no ${what} ${wanted} here; known: ${names.join(', ') || 'none'}`, fix);
}

/** Two things of one name would be one. */
function checkNames(things: readonly Named[], at: At, refuse: Refuse): void {
  things.forEach(({ name }, index) => {
    if (things.findIndex((other) => other.name === name) < index)
      refuse([...at, index, 'name'], `${name} stands here twice`, 'give each its own name');
  });
}

/** Services each of which must answer while the next one starts, back to the first; null where every one can start. */
function circleOfNeeds(services: Shape['services']): readonly string[] | null {
  const needs = new Map(services.map(({ name, application }) => [name, application.needs]));
  const walk = (name: string, way: readonly string[]): readonly string[] | null => {
    const seen = way.indexOf(name);
    if (seen >= 0) return [...way.slice(seen), name];
    for (const next of needs.get(name) ?? []) {
      const found = walk(next, [...way, name]);
      if (found !== null) return found;
    }
    return null;
  };
  for (const { name } of services) {
    const found = walk(name, []);
    if (found !== null) return found;
  }
  return null;
}
