import type { RemediationSpec } from '../core/model/spec.ts';
import type { WorldDescription } from '../simulator/world/description/description.ts';
import { nearest } from '../spec/hints.ts';
import type { Path, Problem } from '../spec/problems.ts';

interface Named {
  readonly name: string;
}

/**
 * Where a document speaks of what its world does not hold: with such a document a rehearsal could only be refused. Places are
 * those of the document. `worldName` is how the world is spoken of.
 */
export function fitProblems(spec: RemediationSpec, world: WorldDescription, worldName: string): readonly Problem[] {
  const same = (what: 'project' | 'region'): readonly Problem[] =>
    spec[what] === world[what]
      ? []
      : [
          misfit(
            ['spec', what],
            `the document is for ${spec[what]}, and ${worldName} is ${world[what]}`,
            `write ${world[what]}, or give the world of ${spec[what]}`,
          ),
        ];
  const held = (what: string, wanted: string | undefined, known: readonly Named[], place: string): readonly Problem[] =>
    wanted === undefined || known.some(({ name }) => name === wanted)
      ? []
      : [absent(what, wanted, { known, path: pathOf(place), worldName })];
  const elsewhere = [...same('project'), ...same('region')];
  if (elsewhere.length > 0) return elsewhere;
  return [
    ...spec.connectors.flatMap(({ name }, index) =>
      held('VPC connector', name, world.connectors, spec.connectors.length > 1 ? `spec.connectors.${index}.name` : 'spec.connector.name'),
    ),
    ...spec.databases.flatMap(({ instance }, index) =>
      held(
        'database',
        instance,
        world.databases,
        spec.databases.length > 1 ? `spec.databases.${index}.instance` : 'spec.database.instance',
      ),
    ),
    ...workloadProblems(spec, held, world),
    ...held('load balancer', spec.loadBalancer?.urlMap, world.loadBalancers, 'spec.loadBalancer.urlMap'),
    ...spec.services.flatMap(({ name, pin }, index) => {
      const at = `spec.services.${index}`;
      const missing = held('service', name, world.services, `${at}.name`);
      const revisions = world.services.find((one) => one.name === name)?.revisions ?? [];
      if (missing.length > 0 || pin === null || pin.revision === 'lastHealthy') return missing;
      return held(`revision of ${name}`, pin.revision, revisions, `${at}.pin.revision`);
    }),
  ];
}

type Held = (what: string, wanted: string | undefined, known: readonly Named[], place: string) => readonly Problem[];

function workloadProblems({ workloads = [] }: RemediationSpec, held: Held, world: WorldDescription): readonly Problem[] {
  const of = (kind: 'job' | 'worker-pool') => workloads.filter((one) => one.kind === kind);
  return [
    ...of('job').flatMap(({ name }, index) => held('job', name, world.jobs, `spec.jobs.${index}.name`)),
    ...of('worker-pool').flatMap(({ name }, index) => held('worker pool', name, world.workerPools, `spec.workerPools.${index}.name`)),
  ];
}

/** Keys and places in lists, as they are written with dots between them. */
function pathOf(place: string): Path {
  return place.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function absent(
  what: string,
  wanted: string,
  { known, path, worldName }: { readonly known: readonly Named[]; readonly path: Path; readonly worldName: string },
): Problem {
  const names = known.map(({ name }) => name);
  const hint = nearest(wanted, names);
  return misfit(
    path,
    `${worldName} has no ${what} ${wanted}; it has ${names.join(', ') || 'none'}`,
    hint === null ? 'add it to the world, or leave it out of the document' : `write ${hint}, or add ${wanted} to the world`,
  );
}

function misfit(path: Path, what: string, fix: string): Problem {
  return { code: 'world-does-not-fit', path, at: 'value', what, fix };
}
