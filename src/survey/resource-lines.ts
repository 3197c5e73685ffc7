import { defined } from '../core/defined.ts';
import { engineOf } from '../core/model/engine.ts';
import type { ConnectorState } from '../core/model/observation.ts';
import type { SqlInstance } from '../core/model/way-in.ts';
import { locatedOf } from '../core/region.ts';
import { engineWords, hostIn, instancesUsed, poolOf } from './databases.ts';
import type { Edge } from './edges.ts';
import { behind, comment, scalar } from './lines.ts';
import { roleOf } from './roles.ts';
import { fullTarget, sizeWords } from './connector-size.ts';
import type { Answers } from './questions.ts';
import { connectorOf } from './survey.ts';
import type { Survey } from './survey.ts';

/** The connectors that services ride: the one that most do first, of those the smallest. */
export function connectorLines(survey: Survey, { enlarge }: Answers): readonly string[] {
  const { services, connectors } = survey;
  const ridden = Object.keys(connectors)
    .map((name) => ({ name, riders: services.filter((service) => connectorOf(service) === name).map((service) => service.name) }))
    .toSorted(
      (a, b) =>
        b.riders.length - a.riders.length || capacity(defined(connectors[a.name]).value) - capacity(defined(connectors[b.name]).value),
    );
  const [first, ...others] = ridden;
  if (first === undefined) return [];
  const isOne = others.length === 0;
  return [
    '',
    ...ridden.flatMap(({ name, riders }) => seenWords(name, riders, defined(connectors[name]), isOne)),
    ...comment(
      2,
      `${isOne ? 'It' : 'Each'} is enlarged to its target only where the evidence says that it is full, and that cannot be undone: a connector never shrinks.`,
    ),
    ...questionLines(
      ridden.every(({ name }) => enlarge[name] !== undefined),
      `may ${isOne ? 'it' : 'each'} be enlarged so far? Write its present size as the target, and it is only observed.`,
    ),
    ...(isOne ? ['  connector:', ...entry(first.name, survey, enlarge, ['    ', '    '])] : ['  connectors:']),
    ...(isOne ? [] : ridden.flatMap(({ name }) => entry(name, survey, enlarge, ['    - ', '      ']))),
  ];
}

function seenWords(
  name: string,
  riders: readonly string[],
  { value, problem }: Survey['connectors'][string],
  isOne: boolean,
): readonly string[] {
  const present = value === null ? [] : [`now ${sizeWords(value)}, ${value.lifecycle}`];
  const said = [`ridden by ${riders.join(', ')}`, ...present].join('; ');
  return [
    ...(value === null ? comment(2, `${name}: ${problem ?? 'no reason'}`, 'not read') : []),
    ...comment(2, `${isOne ? '' : `${name}: `}${said}.`),
  ];
}

function questionLines(isAnswered: boolean, question: string): readonly string[] {
  return isAnswered ? [] : comment(2, question, 'question');
}

function entry(
  identity: string,
  { region: home, connectors }: Survey,
  enlarge: Answers['enlarge'],
  [begin, rest]: readonly [string, string],
): readonly string[] {
  const present = defined(connectors[identity]).value;
  const { minInstances, maxInstances, machineType } = enlarge[identity] === false && present !== null ? present : fullTarget(present);
  const { name, region } = locatedOf(identity, home);
  return [
    `${begin}name: ${scalar(name)}`,
    ...(region === home ? [] : [`${rest}region: ${scalar(region)}`]),
    `${rest}target: { minInstances: ${minInstances}, maxInstances: ${maxInstances}, machineType: ${machineType} }`,
  ];
}

/** What its machines carry, at most, in Mbit a second (gcp-facts 1.4). */
function capacity(present: ConnectorState | null): number {
  return present === null ? Infinity : present.maxInstances * (MBPS[present.machineType] ?? 0);
}

const MBPS: Readonly<Record<string, number>> = { 'f1-micro': 50, 'e2-micro': 100, 'e2-standard-4': 1_600 };

export interface Used {
  readonly instance: string;
  readonly by: readonly { readonly service: string; readonly because: string }[];
}

/** The databases that services use: the one that most do first. */
export function databaseLines(survey: Survey, edges: readonly Edge[]): readonly string[] {
  const known = survey.databases.value ?? [];
  const unread =
    survey.databases.value === null ? comment(2, `Cloud SQL instances: ${survey.databases.problem ?? 'no reason'}`, 'not read') : [];
  const used = databasesUsed(survey);
  const [first, ...others] = used;
  if (first === undefined) return unread.length > 0 || known.length > 0 ? ['', ...unread, ...unusedLines(known, survey)] : [];
  const isOne = others.length === 0;
  return [
    '',
    ...unread,
    ...used.flatMap((one) => usedWords(one, survey, isOne ? edges : null)),
    ...(isOne
      ? ['  database:', `    instance: ${scalar(first.instance)}`, `    ${poolLine(first, survey)}`]
      : ['  databases:', ...used.flatMap((one) => [`    - instance: ${scalar(one.instance)}`, `      ${poolLine(one, survey)}`])]),
  ];
}

/** Those of an engine that is known here. */
export function databasesUsed({ services, databases }: Survey): readonly Used[] {
  const known = databases.value ?? [];
  const uses = services.flatMap((service) => instancesUsed(service, known).map((use) => ({ service: service.name, ...use })));
  return [...new Set(uses.map(({ name }) => name))]
    .map((instance): Used => ({ instance, by: uses.filter(({ name }) => name === instance) }))
    .filter(({ instance }) => engineOf(versionOf(instance, known) ?? 'POSTGRES_') !== 'other')
    .toSorted((a, b) => b.by.length - a.by.length);
}

/** `edges`: null where the services name it themselves. */
function usedWords({ instance, by }: Used, survey: Survey, edges: readonly Edge[] | null): readonly string[] {
  const version = versionOf(instance, survey.databases.value ?? []);
  const engine = version === null ? 'Cloud SQL' : engineWords(version);
  const users = by.map(({ service, because }) => `${service} (${because})`).join(', ');
  if (edges === null) return comment(2, `${instance}: ${engine}; used by ${users}. The pool counts for every instance of these.`);
  const counted = survey.services.filter((service) => roleOf(service, edges, survey)?.role !== 'frontend').map(({ name }) => name);
  return comment(2, `${engine}; used by ${users}. The pool counts for every instance of ${counted.join(', ')}: all that is no front end.`);
}

function versionOf(instance: string, known: readonly SqlInstance[]): string | null {
  return known.find(({ name }) => name === instance)?.version ?? null;
}

/** By a variable; else by what is open now, shared out among the instances; else by what most drivers do. */
function poolLine({ instance, by }: Used, { services, connections, instances }: Survey): string {
  const users = services.filter(({ name }) => by.some(({ service }) => service === name));
  const told = users.map(poolOf).find((pool) => pool !== null) ?? null;
  if (told !== null) return `pool: { size: ${told.size}, overflow: ${told.overflow} }${behind(`by ${told.because}`, 'guess')}`;
  const open = connections[instance]?.value ?? null;
  const running = users.reduce((sum, { name }) => sum + (instances.value?.[name] ?? 0), 0);
  if (open === null || running === 0)
    return `pool: { size: 5, overflow: 0 }${behind('five are common; how many does each instance open at most?', 'question')}`;
  const each = Math.max(1, Math.ceil(open / running));
  return `pool: { size: ${each}, overflow: 0 }${behind(`${open} connections are open, for ${running} instances; how many does each open at most?`, 'question')}`;
}

/** Instances of the project that no variable and no mount of a service names. */
function unusedLines(known: readonly SqlInstance[], { regions, services }: Survey): readonly string[] {
  const here = known.filter(
    ({ connectionName, version }) => regions.some((region) => connectionName.includes(`:${region}:`)) && engineOf(version) !== 'other',
  );
  const [first] = here;
  if (first === undefined) return [];
  return [
    ...comment(
      2,
      `does ${services.length === 1 ? defined(services[0]).name : 'one of the services'} use ${here.map(({ name, version }) => `${name} (${engineWords(version)})`).join(' or ')}? None names it in the open. How many connections does each instance open at most?`,
      'question',
    ),
    `  # database: { instance: ${scalar(first.name)}, pool: { size: 5, overflow: 0 } }`,
  ];
}

const REDIS = /REDIS|MEMORYSTORE|VALKEY/i;
const PLACE = /(?:^|_)(?:HOST|HOSTNAME|ADDR|ADDRESS|URL|URI|ENDPOINT)$/i;

/** Caches that variables name by their address. */
export function dependencyLines({ services }: Survey): readonly string[] {
  const found = services.flatMap(({ name, template }) =>
    Object.entries(template.env).flatMap(([variable, value]) => {
      const host = hostIn(value);
      if (!REDIS.test(variable) || !PLACE.test(variable) || !/^[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?$/i.test(host)) return [];
      return [{ host, port: portOf(variable, value, template.env), because: `${variable} of ${name}` }];
    }),
  );
  const unique = [...new Map(found.map((one) => [`${one.host}:${one.port}`, one])).values()];
  if (unique.length === 0) return [];
  return [
    '',
    '  dependencies:',
    ...unique.map(
      ({ host, port, because }, index) =>
        `    - { name: redis${index === 0 ? '' : ` ${index + 1}`}, kind: redis, host: ${scalar(host)}, port: ${port} }${behind(because, 'guess')}`,
    ),
  ];
}

function portOf(variable: string, value: string, env: Readonly<Record<string, string>>): number {
  const beside = env[variable.replace(PLACE, (place) => `${place.startsWith('_') ? '_' : ''}PORT`)] ?? '';
  const port = Number(/:(\d{1,5})(?:\/|$)/.exec(value.trim())?.[1] ?? beside.trim());
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : 6_379;
}
