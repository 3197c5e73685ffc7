import { parseDuration } from '../core/duration.ts';
import { InvariantError } from '../core/errors.ts';
import type {
  DatabaseSpec,
  GoldenStepSpec,
  RemediationSpec,
  ServiceSpec,
  StepClass,
  SupportSpec,
  ValidationCategorySpec,
  WebSocketSpec,
} from '../core/model/spec.ts';
import { plainLine } from '../core/outside/plain.ts';
import { redact } from '../core/outside/redact.ts';
import { priorityFor } from '../core/support-tiers.ts';
import { resolveDesired } from '../steps/documents.ts';
import { writesOfAll } from '../steps/index.ts';
import { connectorsIn, databasesIn, servicesIn, workloadsIn } from './named-resources.ts';
import { resolveCommunication } from './resolve-communication.ts';
import { resolveHealth } from './resolve-health.ts';
import type { Lookup } from './environment.ts';
import type { RemediationDocument } from './schema.ts';

type Spec = RemediationDocument['spec'];

/** The document as the program uses it: milliseconds, nulls for what is absent, references looked up, frozen all the way down. */
export function resolveDocument(document: RemediationDocument, lookup: Lookup): RemediationSpec {
  const { spec } = document;
  const databases = databasesIn(spec).map((database) => resolveDatabase(database, lookup));
  const services = servicesIn(spec).map((service) => resolveService(service, databases, lookup));
  const connectors = connectorsIn(spec);
  const workloads = workloadsIn(spec);
  return deepFreeze<RemediationSpec>({
    name: document.metadata.name,
    ...resolveAnnotations(document.metadata.annotations),
    project: spec.project,
    region: spec.region,
    observe: { everyMs: ms(spec.observe.every) },
    connectors,
    services,
    databases,
    dependencies: spec.dependencies.map((one) => ({ ...one, network: one.network ?? null, region: one.region ?? null })),
    ...(workloads.length === 0 ? {} : { workloads }),
    loadBalancer: spec.loadBalancer ?? null,
    capacity: resolveCapacity(spec.capacity),
    validation: resolveValidation(spec.validation, lookup),
    improvement: resolveImprovement(spec.improvement),
    escalation: resolveEscalation(spec.escalation),
    phases: { capacityMs: ms(spec.phases.capacity), servicesMs: ms(spec.phases.services), validationMs: ms(spec.phases.validation) },
    communication: resolveCommunication(spec.communication, lookup),
    policy: resolvePolicy(spec.policy, writesOfAll({ connectors, services })),
  });
}

/** Freezes a tree of plain values and hands it back. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

function resolveService(service: Spec['services'][number], databases: readonly DatabaseSpec[], lookup: Lookup): ServiceSpec {
  const { name, role, dependsOn, pin, deploy, shift, stability, health, pool, timeouts } = service;
  return {
    name,
    role,
    dependsOn,
    ...resolveDesired(service),
    databases: service.databases ?? usedUnsaid(service, databases),
    pin: pin === undefined ? null : resolvePin(pin),
    deploy: deploy === undefined ? null : { like: deploy.like ?? null, image: deploy.image ?? null, env: deploy.env },
    ...(shift === undefined ? {} : { shift }),
    stability: { healthyForMs: ms(stability.healthyFor), withinMs: ms(stability.within), maxRelapses: stability.maxRelapses },
    health: health.map((check) => resolveHealth(check, lookup)),
    pool: pool ?? null,
    timeouts: { databaseMs: msOrNull(timeouts.database), clientMs: msOrNull(timeouts.client), proxyMs: msOrNull(timeouts.proxy) },
  };
}

interface Pinned {
  readonly revision: string;
  readonly shift?: readonly number[];
}

function resolvePin(written: 'lastHealthy' | { readonly revision: string; readonly shift?: readonly number[] | undefined }): Pinned {
  if (written === 'lastHealthy') return { revision: written };
  const { revision, shift } = written;
  return { revision, ...(shift === undefined ? {} : { shift }) };
}

/** A front end is taken to hold no connections unless a pool is written for it. */
function usedUnsaid({ role, pool }: Spec['services'][number], databases: readonly DatabaseSpec[]): readonly string[] {
  const [only, ...others] = databases;
  return only === undefined || others.length > 0 || (role === 'frontend' && pool === undefined) ? [] : [only.instance];
}

function resolveDatabase({ instance, pool, probe }: NonNullable<Spec['database']>, lookup: Lookup): DatabaseSpec {
  if (probe === undefined) return { instance, pool, probe: null };
  const { maxConnect, warnConnect, password, ...rest } = probe;
  const secret = password === undefined ? null : lookup(password);
  return { instance, pool, probe: { ...rest, password: secret, maxConnectMs: ms(maxConnect), warnConnectMs: ms(warnConnect) } };
}

function resolveCapacity({ schedule, timeZone, thresholds, startRun }: Spec['capacity']): RemediationSpec['capacity'] {
  const { p95, ...rest } = thresholds;
  return { schedule, timeZone, thresholds: { ...rest, p95Ms: ms(p95) }, startRun };
}

function resolveValidation(validation: Spec['validation'], lookup: Lookup): RemediationSpec['validation'] {
  return {
    passRate: validation.passRate,
    goldenPath: validation.goldenPath.map((step) => resolveStep(step, lookup)),
    webSocket: validation.webSocket === undefined ? null : resolveWebSocket(validation.webSocket),
    categories: validation.categories.map(resolveCategory),
    startupSuccessRate: validation.startupSuccessRate,
    forbiddenLogs: validation.forbiddenLogs,
    retryEveryMs: ms(validation.retryEvery),
    soakForMs: ms(validation.soak.for),
  };
}

type Category = Spec['validation']['categories'][number];

function resolveCategory({ name, critical, checks }: Category): ValidationCategorySpec {
  return {
    name,
    critical,
    checks: checks.map(({ maxLatency, ...check }) => ({
      ...check,
      name: check.name ?? `${check.service} ${check.path}`,
      maxLatencyMs: ms(maxLatency),
    })),
  };
}

function resolveStep(step: Spec['validation']['goldenPath'][number], lookup: Lookup): GoldenStepSpec {
  const { name, service, method, path, body, expectStatus, maxLatency, save, headers } = step;
  return {
    name,
    service,
    method,
    path,
    body: looked(body ?? null, lookup),
    expectStatus,
    maxLatencyMs: ms(maxLatency),
    save,
    headers: Object.fromEntries(Object.entries(headers).map(([header, text]) => [header, lookup(text)])),
  };
}

function looked(value: unknown, lookup: Lookup): unknown {
  if (typeof value === 'string') return lookup(value);
  if (Array.isArray(value)) return value.map((item: unknown) => looked(item, lookup));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]: [string, unknown]) => [key, looked(inner, lookup)]));
}

function resolveWebSocket(webSocket: NonNullable<Spec['validation']['webSocket']>): WebSocketSpec {
  const { service, path, send, events, eventWithin } = webSocket;
  return { service, path, send, events, eventWithinMs: ms(eventWithin) };
}

function resolveImprovement({ margin, minSamples, goals }: Spec['improvement']): RemediationSpec['improvement'] {
  return {
    margin,
    minSamples,
    goals: { errorRate: goals.errorRate, p95Ms: ms(goals.p95), connectorSaturation: goals.connectorSaturation },
  };
}

function resolveEscalation({ window, followFor, support, contacts }: Spec['escalation']): RemediationSpec['escalation'] {
  return { windowMs: ms(window), followForMs: ms(followFor), support: support === undefined ? null : resolveSupport(support), contacts };
}

function resolveSupport(support: NonNullable<Spec['escalation']['support']>): SupportSpec {
  const { tier, priority: asked, classification, timeZone, language } = support;
  const priority = priorityFor(tier, asked);
  return {
    priority,
    ...(asked === undefined || asked === priority ? {} : { asked }),
    ...(tier === undefined ? {} : { tier }),
    classification,
    timeZone,
    languageCode: language,
  };
}

/** They go into journals and reports as they are: what opens something is taken out here. */
function resolveAnnotations(annotations: Readonly<Record<string, string>>): Pick<RemediationSpec, 'annotations'> {
  const said = Object.entries(annotations).map(([key, value]) => [key, redact(plainLine(value))] as const);
  return said.length === 0 ? {} : { annotations: Object.fromEntries(said) };
}

const EVERY_CHANGE: readonly StepClass[] = ['reversible', 'irreversible'];

/** The most changes of a run whose document says nothing of it, where its steps need no more (`needed`). */
const USUAL_CHANGES = 12;

function resolvePolicy({ mode, approve, approvalWithin, budget, freeze }: Spec['policy'], needed: number): RemediationSpec['policy'] {
  const asked = mode === 'approve' && approve.length === 0 ? EVERY_CHANGE : approve;
  return {
    mode,
    approve: asked,
    approvalWithinMs: ms(approvalWithin),
    budget: { mutations: budget.mutations ?? Math.max(USUAL_CHANGES, needed), attempts: budget.attempts, waitingMs: ms(budget.waiting) },
    freeze: freeze.map(({ from, until, reason }) => ({ fromAt: Date.parse(from), untilAt: Date.parse(until), reason })),
  };
}

function msOrNull(text: string | undefined): number | null {
  return text === undefined ? null : ms(text);
}

/** The schema has let only durations through. */
function ms(text: string): number {
  const parsed = parseDuration(text);
  if (parsed === null) throw new InvariantError(`${text} passed the schema but is not a duration`);
  return parsed;
}
