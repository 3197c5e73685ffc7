import { defined } from '../core/defined.ts';
import { parseDuration } from '../core/duration.ts';
import { locatedOf, shortIn } from '../core/region.ts';
import type { RemediationDocument } from './schema.ts';
import { desiredProblems } from '../steps/documents.ts';
import { nearest } from './hints.ts';
import { databaseProblems } from './database-problems.ts';
import { connectorProblems } from './connector-problems.ts';
import { connectorsIn, servicesIn, workloadsIn } from './named-resources.ts';
import { regionProblems } from './region-problems.ts';
import type { Path, Problem } from './problems.ts';

type Validation = RemediationDocument['spec']['validation'];
type Service = RemediationDocument['spec']['services'][number];

/** What no single field can see: names that must exist, an order that must be possible, bounds that contradict each other. */
export function referenceProblems(document: RemediationDocument): readonly Problem[] {
  const { spec } = document;
  const services = servicesIn(spec);
  const names = services.map((service) => service.name);
  return [
    ...duplicateProblems(names),
    ...reservedProblems(names),
    ...dependencyProblems(services),
    ...regionProblems(spec),
    ...workloadProblems(spec),
    ...services.flatMap((service, index) => deployProblems(service, ['spec', 'services', index], names)),
    ...boundsProblems(spec),
    ...identityProblems(spec),
    ...validationProblems(spec.validation, names),
    ...surroundingProblems(spec),
  ];
}

function duplicateProblems(names: readonly string[]): readonly Problem[] {
  return names.flatMap((name, index) => {
    const firstAt = names.indexOf(name);
    if (firstAt === index) return [];
    return [
      problem(
        'spec-duplicate-service',
        ['spec', 'services', index, 'name'],
        `${name} is already spec.services[${firstAt}]`,
        'give each service one entry',
      ),
    ];
  });
}

function workloadProblems(spec: RemediationDocument['spec']): readonly Problem[] {
  const called = workloadsIn(spec);
  const twice = (kind: 'job' | 'worker-pool', key: 'jobs' | 'workerPools'): readonly Problem[] => {
    const names = called.filter((one) => one.kind === kind).map(({ name }) => name);
    return names.flatMap((name, index) =>
      names.indexOf(name) === index
        ? []
        : [
            problem(
              'spec-duplicate-workload',
              ['spec', key, index, 'name'],
              `${name} is already spec.${key}[${names.indexOf(name)}]`,
              'leave one of them out',
            ),
          ],
    );
  };
  return [...twice('job', 'jobs'), ...twice('worker-pool', 'workerPools')];
}

/** The one legal name of a service that every object of the language has a property of: what is kept by name would be mistaken for it. */
const RESERVED = 'constructor';

function reservedProblems(names: readonly string[]): readonly Problem[] {
  return names.flatMap((name, index) =>
    shortIn(name) === RESERVED
      ? [
          problem(
            'spec-reserved-name',
            ['spec', 'services', index, 'name'],
            `a service called ${RESERVED} cannot be worked on: the name is taken in the language that Firebreak is written in`,
            'leave the service out of the document, or deploy it under another name',
          ),
        ]
      : [],
  );
}

function dependencyProblems(services: readonly Service[]): readonly Problem[] {
  const names = services.map((service) => service.name);
  const told = new Set<string>();
  return services.flatMap((service, index) =>
    service.dependsOn.flatMap((wanted, position) => {
      const path = ['spec', 'services', index, 'dependsOn', position];
      const at = names.indexOf(wanted);
      if (at < 0) return unknownService(wanted, path, names);
      const cycle = cycleFrom(service.name, wanted, services);
      if (cycle !== null) {
        const same = [...new Set(cycle)].toSorted().join(' ');
        if (told.has(same)) return [];
        told.add(same);
        return [
          problem(
            'spec-dependency-cycle',
            path,
            `the dependencies go round in a circle: ${cycle.join(' → ')}`,
            'remove one of these dependencies',
          ),
        ];
      }
      if (at < index) return [];
      return [
        problem(
          'spec-deploy-order',
          path,
          `${wanted} stands after ${service.name}, but the order of the list is the deploy order`,
          `move ${wanted} before ${service.name}`,
        ),
      ];
    }),
  );
}

/** The way from `wanted` back to `origin`, as the names on it; null when there is none. */
function cycleFrom(origin: string, wanted: string, services: readonly Service[]): readonly string[] | null {
  const ways: (readonly string[])[] = [[origin, wanted]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    const last = defined(way.at(-1));
    if (last === origin) return way;
    if (seen.has(last)) continue;
    seen.add(last);
    for (const next of services.find((service) => service.name === last)?.dependsOn ?? []) ways.push([...way, next]);
  }
  return null;
}

function deployProblems(service: Service, at: Path, names: readonly string[]): readonly Problem[] {
  const like = service.deploy?.like;
  const likePath = [...at, 'deploy', 'like'];
  const problems: Problem[] = [];
  if (like === service.name)
    problems.push(
      problem(
        'spec-self-reference',
        likePath,
        'a service cannot take its settings from itself',
        'name the service that works, or remove `like` to keep its own settings',
      ),
    );
  else if (like !== undefined) problems.push(...unknownService(like, likePath, names));
  if (service.shift !== undefined && service.deploy === undefined && service.egress === undefined)
    problems.push(
      problem(
        'spec-reference',
        [...at, 'shift'],
        `it says how a new revision of ${service.name} gets its traffic, and neither deploy nor egress makes one`,
        'write it as pin.shift for a pin, add deploy or egress, or leave it out',
      ),
    );
  const revision = typeof service.pin === 'object' ? service.pin.revision : 'lastHealthy';
  if (revision !== 'lastHealthy' && !revision.startsWith(`${shortIn(service.name)}-`)) {
    problems.push(
      problem(
        'spec-foreign-revision',
        [...at, 'pin', 'revision'],
        `${revision} is not a revision of ${service.name}: their names begin with ${shortIn(service.name)}-`,
        'use a name that `gcloud run revisions list` shows for this service',
      ),
    );
  }
  return problems;
}

/** A token opens the service for whoever holds it: it goes to the service's own address, or to a domain of its load balancer. */
function identityProblems({ services, loadBalancer }: RemediationDocument['spec']): readonly Problem[] {
  const own = loadBalancer?.domains ?? [];
  return services.flatMap(({ health }, index) =>
    health.flatMap(({ url, identity }, check) => {
      if (identity === undefined || url?.startsWith('https://') !== true || own.includes(new URL(url).hostname)) return [];
      const what = `an ID token for this service would go to ${new URL(url).hostname}, which is no domain of the document`;
      const fix = 'write url as a path, or name the host in loadBalancer.domains';
      return [problem('spec-contradiction', ['spec', 'services', index, 'health', check, 'identity'], what, fix)];
    }),
  );
}

function boundsProblems(spec: RemediationDocument['spec']): readonly Problem[] {
  const problems: Problem[] = [];
  problems.push(...connectorProblems(spec));
  servicesIn(spec).forEach((service, index) => {
    const { region } = locatedOf(service.name, spec.region);
    const facts = { hasConnector: connectorsIn(spec).length > 0, service: service.name, abroad: region === spec.region ? null : region };
    for (const found of desiredProblems(service, facts)) problems.push({ ...found, path: ['spec', 'services', index, ...found.path] });
  });
  spec.services.forEach(({ stability }, index) => {
    if (defined(parseDuration(stability.healthyFor)) <= defined(parseDuration(stability.within))) return;
    const what = `healthyFor (${stability.healthyFor}) can never be reached within ${stability.within}`;
    problems.push(
      problem('spec-out-of-range', ['spec', 'services', index, 'stability', 'healthyFor'], what, 'make `within` the longer one'),
    );
  });
  return problems;
}

function validationProblems({ goldenPath, webSocket, categories }: Validation, names: readonly string[]): readonly Problem[] {
  const at = ['spec', 'validation'];
  return [
    ...goldenPathProblems(goldenPath, names),
    ...(webSocket === undefined ? [] : unknownService(webSocket.service, [...at, 'webSocket', 'service'], names)),
    ...repeated(
      categories.map(({ name }) => name),
      [...at, 'categories'],
      'put its checks into one category',
    ),
    ...categories.flatMap(({ checks }, category) =>
      checks.flatMap(({ service }, check) => unknownService(service, [...at, 'categories', category, 'checks', check, 'service'], names)),
    ),
  ];
}

/** What stands around the services: dependencies, domains, the database probe, freeze windows. */
function surroundingProblems(spec: RemediationDocument['spec']): readonly Problem[] {
  const { dependencies, loadBalancer, policy } = spec;
  const names = dependencies.map(({ name }) => name);
  return [
    ...repeated(names, ['spec', 'dependencies'], 'give each dependency a name of its own'),
    ...(loadBalancer?.domains ?? []).flatMap((domain, index) => {
      if (!(loadBalancer?.deprecatedDomains ?? []).some((glob) => globCovers(glob, domain))) return [];
      const path = ['spec', 'loadBalancer', 'domains', index];
      return [problem('spec-contradiction', path, `${domain} is also called deprecated`, 'take it out of one of the two lists')];
    }),
    ...databaseProblems(spec),
    ...policy.freeze.flatMap(({ from, until }, index) => {
      if (Date.parse(from) < Date.parse(until)) return [];
      const path = ['spec', 'policy', 'freeze', index, 'until'];
      return [problem('spec-out-of-range', path, `${until} is not after ${from}`, 'make `until` the later one')];
    }),
  ];
}

/** `*` stands for one label. */
function globCovers(glob: string, domain: string): boolean {
  return glob === domain || (glob.startsWith('*.') && domain.slice(domain.indexOf('.') + 1) === glob.slice(2));
}

function repeated(names: readonly string[], at: Path, fix: string): readonly Problem[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [problem('spec-duplicate-name', [...at, index, 'name'], `${name} is already taken`, fix)],
  );
}

/** A step may use only what an earlier one saved: `${token}` of a later step would be sent as it stands. */
function goldenPathProblems(steps: RemediationDocument['spec']['validation']['goldenPath'], names: readonly string[]): readonly Problem[] {
  const saved: string[] = [];
  return steps.flatMap((step, index) => {
    const at = ['spec', 'validation', 'goldenPath', index];
    const unknown = texts({ path: step.path, headers: step.headers, body: step.body }, at).flatMap(({ path, text }) =>
      unsaved(path, text, saved),
    );
    saved.push(...Object.keys(step.save));
    return [...unknownService(step.service, [...at, 'service'], names), ...unknown];
  });
}

function unsaved(path: Path, text: string, saved: readonly string[]): readonly Problem[] {
  return [...text.matchAll(/\$\{([^}]*)\}/g)].flatMap(([, name]) => {
    if (saved.includes(defined(name))) return [];
    const known = saved.length === 0 ? 'no earlier step saves a value' : `earlier steps save ${saved.join(', ')}`;
    return [
      problem(
        'spec-unknown-value',
        path,
        `\${${defined(name)}} is not known at this step: ${known}`,
        'add it to `save` of an earlier step',
      ),
    ];
  });
}

/** Every text in a value, with its path. */
export function texts(value: unknown, path: Path): readonly { readonly path: Path; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => texts(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => texts(inner, [...path, key]));
}

function unknownService(name: string, path: Path, names: readonly string[]): readonly Problem[] {
  if (names.includes(name)) return [];
  const meant = nearest(name, names);
  const fix = meant === null ? `name one of ${[...new Set(names)].join(', ')}` : `write ${meant}`;
  return [problem('spec-unknown-service', path, `${name} is not a service of this document`, fix)];
}

function problem(code: string, path: Path, what: string, fix: string): Problem {
  return { code, path, at: 'value', what, fix };
}
