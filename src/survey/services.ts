import { sayDuration } from '../core/duration.ts';
import { object } from '../core/service/json.ts';
import type { ServiceState } from '../core/model/observation.ts';
import { locatedOf } from '../core/region.ts';
import { instancesUsed, poolOf } from './databases.ts';
import type { Edge, Ordered } from './edges.ts';
import { isWell, pathToAsk } from './health.ts';
import { behind, comment, scalar, SPLIT } from './lines.ts';
import { splitOf } from './questions.ts';
import type { Answers } from './questions.ts';
import { roleOf } from './roles.ts';
import { databasesUsed } from './resource-lines.ts';
import { connectorOf } from './survey.ts';
import type { HealthAsked, PathAsked, Survey } from './survey.ts';

/** `services:` with each service of the survey. */
export function serviceLines(survey: Survey, { services, edges, circular, later }: Ordered, { pins }: Answers): readonly string[] {
  return [
    '',
    ...comment(
      2,
      'In the order in which they would be deployed. pin: lastHealthy lets a run give the traffic back to the newest revision that served users well, where the evidence speaks against the present one. A service without pin, deploy, instances and egress is observed and never touched.',
    ),
    ...(services.length > 1
      ? comment(2, 'Who calls whom is guessed from variables that hold an address; what may hold a secret was not looked at.')
      : []),
    ...(survey.day.value === null
      ? comment(
          2,
          `how each revision served in the last day, and how many instances there are: ${survey.day.problem ?? 'no reason'}`,
          'not read',
        )
      : []),
    ...circular.flatMap(({ from, to, because }) => circle(from, to, because)),
    ...later.flatMap(({ from, to, because }) => abroad(from, to, because)),
    ...(survey.regions.length < 2
      ? []
      : comment(
          2,
          `Regions are worked on one after the other, in this order: ${survey.regions.join(', ')}. What is elsewhere than ${survey.region} is called NAME@REGION.`,
        )),
    '  services:',
    ...services.flatMap((service) => oneService(service, survey, { edges, pin: pins[service.name] ?? null })),
  ];
}

function circle(from: string, to: string, because: string): readonly string[] {
  return comment(2, `${from} also names ${to} (${because}), in a circle: which of them can start without the other?`, 'question');
}

function abroad(from: string, to: string, because: string): readonly string[] {
  return comment(2, `${from} also names ${to} (${because}), whose region comes later: must that region be well first?`, 'question');
}

function oneService(
  service: ServiceState,
  survey: Survey,
  { edges, pin }: { readonly edges: readonly Edge[]; readonly pin: string | null },
): readonly string[] {
  const { name, template } = service;
  const located = locatedOf(name, survey.region);
  const role = roleOf(service, edges, survey);
  const pool = poolOf(service);
  const calls = edges.filter(({ from }) => from === name);
  const several = databasesUsed(survey);
  const own = several.filter(({ by }) => by.some((use) => use.service === name)).map(({ instance }) => instance);
  return [
    ...comment(4, seenOf(service, survey)),
    `    - name: ${scalar(located.name)}`,
    ...(located.region === survey.region ? [] : [`      region: ${scalar(located.region)}`]),
    ...(role === null ? [] : [`      role: ${role.role}${behind(role.because, 'guess')}`]),
    ...(calls.length === 0
      ? []
      : [
          `      dependsOn: [${calls.map(({ to }) => scalar(to)).join(', ')}]${behind(
            calls.map(({ to, because }) => `${because} holds the address of ${to}`).join('; '),
            'guess',
          )}`,
        ]),
    ...(pin === null ? pinLines(service, survey) : [`      pin: { revision: ${scalar(pin)} }${behind('as was answered')}`]),
    ...(located.region === survey.region ? egressLines(service) : []),
    ...deployLines(service),
    ...(several.length < 2 || own.length === 0
      ? []
      : [`      databases: [${own.map(scalar).join(', ')}]${behind('by its variables and mounts', 'guess')}`]),
    ...(pool === null || instancesUsed(service, survey.databases.value ?? []).length === 0
      ? []
      : [`      pool: { size: ${pool.size}, overflow: ${pool.overflow} }${behind(`by ${pool.because}`, 'guess')}`]),
    ...healthLines(survey.health[name] ?? { asked: [], unasked: 'it was not asked' }, template.startupProbe),
  ];
}

/** Where it is reached, how it goes out, how many there are. */
function seenOf(service: ServiceState, { instances }: Survey): string {
  const { uri, template, traffic } = service;
  const connector = connectorOf(service);
  const [network] = networksOf(service);
  const count = instances.value?.[service.name];
  const serving = traffic.filter(({ percent }) => percent > 0).length;
  return [
    uri ?? 'without an address of its own',
    `ingress ${(template.ingress ?? 'not told').replace('INGRESS_TRAFFIC_', '').toLowerCase().replaceAll('_', ' ')}`,
    connector === null
      ? network === undefined
        ? 'no way into a private network'
        : `Direct VPC egress into ${network}`
      : `private network through ${connector} (${template.egress ?? 'PRIVATE_RANGES_ONLY'})`,
    ...(count === undefined ? [] : [`${count} instance${count === 1 ? '' : 's'} now`]),
    ...(serving > 1 ? [`the traffic is split over ${serving} revisions`] : []),
  ].join('; ');
}

/** Networks of Direct VPC egress, by short name. */
function networksOf({ settings }: ServiceState): readonly string[] {
  const { networkInterfaces } = object(object(settings.template()).vpcAccess);
  if (!Array.isArray(networkInterfaces)) return [];
  return networkInterfaces.flatMap((one: unknown) => {
    const { subnetwork, network } = object(one);
    const named = subnetwork ?? network;
    return typeof named === 'string' ? [named.slice(named.lastIndexOf('/') + 1)] : [];
  });
}

/** Of an hour's requests of a revision, so many may have failed where it served users well. */
const WELL = 0.05;

/**
 * A revision to go back to is there in any hour of the last day in which one served users well; of a service that few call, where it
 * answers well now. Otherwise a run could only ask which revision shall serve.
 */
export function hasRecord({ name }: Pick<ServiceState, 'name'>, { day, health }: Survey): boolean {
  const steps = (day.value?.[name] ?? []).flatMap(({ byRevision }) => Object.values(byRevision)).filter(({ total }) => total > 0);
  if (steps.length > 0) return steps.some(({ total, serverErrors }) => serverErrors <= WELL * total);
  const asked = health[name]?.asked ?? [];
  return asked.length === 0 || asked.some(({ status }) => isWell(status));
}

function pinLines(service: ServiceState, survey: Survey): readonly string[] {
  const serving = splitOf(service);
  const split =
    serving.length > 0
      ? comment(
          6,
          `${SPLIT} ${serving.join(' and ')} on purpose? Otherwise one of them can get all of it: pin: { revision: NAME }, in the place of lastHealthy`,
          'question',
        )
      : [];
  if (hasRecord(service, survey)) return [...split, '      pin: lastHealthy'];
  return [
    ...split,
    ...comment(
      6,
      'which revision of it serves well? None did in the last day, as far as is known, so that with pin: lastHealthy a run would ask before anything else. Once one has, write it.',
      'question',
    ),
  ];
}

/**
 * A new revision is for instances that came up while their private network failed them, and stay so. The same image again is the same
 * program only where it is named by its digest.
 */
export function mayDeploy(service: ServiceState): boolean {
  return isPrivate(service) && service.template.image.includes('@sha256:');
}

function isPrivate(service: ServiceState): boolean {
  return connectorOf(service) !== null || networksOf(service).length > 0;
}

/** Only a question: who outside lets in its address alone cannot be seen from here. */
function egressLines(service: ServiceState): readonly string[] {
  const connector = connectorOf(service);
  if (connector === null || service.template.egress !== 'ALL_TRAFFIC') return [];
  return comment(
    6,
    `it sends all its traffic through ${connector}. May a run keep what goes to public addresses off it, by a new revision, where ${connector} is saturated? It then leaves from other addresses. If so: egress: private-ranges-only`,
    'question',
  );
}

function deployLines(service: ServiceState): readonly string[] {
  if (mayDeploy(service))
    return [`      deploy: {}${behind('a new revision of the very same image, for instances that do not come back by themselves')}`];
  if (!isPrivate(service)) return [];
  return comment(
    6,
    `may a run make a new revision of it, for instances that do not come back by themselves? Its image is named by a tag (${service.template.image.slice(0, 120)}), which may mean another program by now. If so: deploy: {}`,
    'question',
  );
}

function healthLines(health: HealthAsked, startupProbe: string | null): readonly string[] {
  if (health.unasked !== null)
    return [
      ...comment(
        6,
        `where does it tell its health? It was not asked: ${health.unasked}. Its metrics and deaths are read all the same.`,
        'question',
      ),
      '      health: []',
    ];
  const found = pathToAsk(health, startupProbe);
  if (found === null) {
    const answers = health.asked.map((one) => `${one.path} ${saidBy(one)}`).join(', ');
    return [
      ...comment(6, `where does it tell its health? ${answers}. Its metrics and deaths are read all the same.`, 'question'),
      '      health: []',
    ];
  }
  const slow = found.latencyMs > 2_000 ? Math.ceil(found.latencyMs / 500) : null;
  const most = isWell(found.status) && slow !== null ? sayDuration(slow * 1_000) : '2s';
  const entry = `[{ url: ${scalar(found.path)}, maxLatency: ${most} }]`;
  if (!isWell(found.status))
    return [...comment(6, `is this where it tells its health? It ${saidBy(found)} now.`, 'question'), `      health: ${entry}`];
  return [`      health: ${entry}${behind(saidBy(found))}`];
}

function saidBy({ status, problem, latencyMs }: PathAsked): string {
  const within = `in ${sayDuration(Math.round(latencyMs))}`;
  return status === null ? `gave no answer (${problem ?? 'no reason'})` : `answered ${status} ${within}`;
}
