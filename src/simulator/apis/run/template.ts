import { ApiError, invalid } from '../../surface/api-error.ts';
import { asInteger, durationMs, enumName, isFields, onlyKnown, sameJson, type Fields } from '../../surface/wire.ts';
import type { RevisionFacts } from '../../world/contract.ts';
import { revisionNamed, type Service } from './model.ts';

const EGRESS = ['VPC_EGRESS_UNSPECIFIED', 'ALL_TRAFFIC', 'PRIVATE_RANGES_ONLY'] as const;
const ENVIRONMENTS = ['EXECUTION_ENVIRONMENT_UNSPECIFIED', 'EXECUTION_ENVIRONMENT_GEN1', 'EXECUTION_ENVIRONMENT_GEN2'] as const;
const TEMPLATE = new Set(
  (
    'annotations containers encryptionKey encryptionKeyRevocationAction encryptionKeyShutdownDuration executionEnvironment healthCheckDisabled labels ' +
    'client clientVersion gpuZonalRedundancyDisabled maxInstanceRequestConcurrency nodeSelector revision scaling serviceAccount serviceMesh ' +
    'sessionAffinity timeout volumes vpcAccess'
  ).split(' '),
);
const CONTAINER = new Set(
  'args baseImageUri buildInfo command dependsOn env image livenessProbe name ports readinessProbe resources sourceCode startupProbe volumeMounts workingDir'.split(
    ' ',
  ),
);
const VPC = new Set(['connector', 'egress', 'networkInterfaces']);
const TIMEOUT_CEILING_MS = 3_600_000;

/** A template as it will be stored: enums by name, checked (gcp-facts 2.5). Throws 400 with the validator's words. */
export function readTemplate(template: Fields, connectorPrefix: string): Fields {
  onlyKnown(template, TEMPLATE, 'service.template');
  const containers = readContainers(template['containers']);
  const vpcAccess = readVpcAccess(template['vpcAccess'], connectorPrefix);
  const executionEnvironment = enumName(template['executionEnvironment'], ENVIRONMENTS, 'service.template.execution_environment');
  checkScaling(template['scaling']);
  checkTimeout(template['timeout']);
  const concurrency = asInteger(template['maxInstanceRequestConcurrency'], 'service.template.max_instance_request_concurrency') ?? 0;
  if (concurrency < 0 || concurrency > 1_000) violation('max_instance_request_concurrency', 'must be between 1 and 1000.');
  return dropEmpty({ ...template, containers, vpcAccess, executionEnvironment });
}

/** Name of the revision that this template makes, or null when it is the one the service already has (gcp-facts 0.6). */
export function newRevisionName(
  service: Service,
  present: Fields,
  { wanted, force, generated }: { readonly wanted: Fields; readonly force: boolean; readonly generated: () => string },
): string | null {
  const asked = typeof wanted['revision'] === 'string' ? wanted['revision'] : '';
  const same = sameJson(withoutName(present), withoutName(wanted));
  if (asked === '') return same && !force ? null : generated();
  const existing = revisionNamed(service, asked);
  if (!existing) {
    checkName(service.name, asked);
    return asked;
  }
  if (sameJson(existing.template, withoutName(wanted)) && !force) return null;
  throw new ApiError('ALREADY_EXISTS', `Revision named '${asked}' with different configuration already exists.`);
}

export function withoutName({ revision: _revision, ...template }: Fields): Fields {
  return template;
}

/** What of a template matters to the physics. */
export function revisionFacts(service: string, name: string, template: Fields): RevisionFacts {
  const container = serving(template);
  const resources = fields(container['resources']);
  const limits = fields(resources['limits']);
  const scaling = fields(template['scaling']);
  const vpc = fields(template['vpcAccess']);
  const cpu = readCpu(limits['cpu']);
  const env = Array.isArray(container['env']) ? container['env'].filter(isFields) : [];
  return {
    name,
    service,
    image: String(container['image'] ?? ''),
    env: Object.fromEntries(env.map((each) => [String(each['name']), String(each['value'] ?? '')])),
    cpu,
    memoryMib: readMemory(limits['memory']),
    startupCpuBoost: resources['startupCpuBoost'] === true,
    minInstances: Number(scaling['minInstanceCount'] ?? 0),
    maxInstances: Number(scaling['maxInstanceCount'] ?? 100),
    concurrency: Number(template['maxInstanceRequestConcurrency'] ?? (cpu >= 1 ? 80 : 1)),
    startupProbe:
      isFields(container['startupProbe']) && ('httpGet' in container['startupProbe'] || 'grpc' in container['startupProbe'])
        ? 'http'
        : 'tcp',
    connector: typeof vpc['connector'] === 'string' ? vpc['connector'].slice(vpc['connector'].lastIndexOf('/') + 1) : null,
    egress: Object.keys(vpc).length === 0 ? null : vpc['egress'] === 'ALL_TRAFFIC' ? 'ALL_TRAFFIC' : 'PRIVATE_RANGES_ONLY',
  };
}

function readContainers(value: unknown): readonly Fields[] {
  if (!Array.isArray(value) || value.length === 0) return violation('containers', 'must contain at least one container.');
  return value.map((container: unknown, index) => {
    const at = `containers[${index}]`;
    if (!isFields(container)) return violation(at, 'must be a message.');
    onlyKnown(container, CONTAINER, `service.template.${at}`);
    if (typeof container['image'] !== 'string' || container['image'] === '') violation(`${at}.image`, 'must be set.');
    checkResources(container['resources'], at);
    checkProbe(container['startupProbe'], `${at}.startup_probe`, 240, 240);
    checkProbe(container['livenessProbe'], `${at}.liveness_probe`, 3_600, 3_600);
    return container;
  });
}

function readVpcAccess(value: unknown, connectorPrefix: string): Fields | undefined {
  if (value === undefined) return undefined;
  if (!isFields(value)) return violation('vpc_access', 'must be a message.');
  onlyKnown(value, VPC, 'service.template.vpc_access');
  const { connector, networkInterfaces } = value;
  if (networkInterfaces !== undefined && !Array.isArray(networkInterfaces)) violation('vpc_access.network_interfaces', 'must be a list.');
  const direct = Array.isArray(networkInterfaces) && networkInterfaces.length > 0;
  const given = typeof connector === 'string' && connector !== '';
  const egress = enumName(value['egress'], EGRESS, 'service.template.vpc_access.egress');
  if (given === direct) violation('vpc_access.connector', 'one and only one of connector and network_interfaces must be set.');
  if (given && connector.includes('/') && !connector.startsWith(connectorPrefix))
    violation('vpc_access.connector', 'must be in the same region as the service.');
  const full = given ? (connector.includes('/') ? connector : `${connectorPrefix}${connector}`) : undefined;
  return dropEmpty({ connector: full, networkInterfaces: direct ? networkInterfaces : undefined, egress });
}

function checkResources(value: unknown, at: string): void {
  const limits = fields(fields(value)['limits']);
  const { cpu, memory } = limits;
  if (cpu !== undefined && !/^(1|2|4|6|8|0?\.\d{1,2}|\d{1,4}m)$/.test(String(cpu)))
    violation(`${at}.resources.limits.cpu`, `'${cpu}' is not a supported value.`);
  if (memory !== undefined && !/^\d+(\.\d+)?(Ki|Mi|Gi|k|M|G)?$/.test(String(memory)))
    violation(`${at}.resources.limits.memory`, `'${memory}' is not a valid quantity.`);
  if (readCpu(cpu) >= 4 && readMemory(memory) < 2_048) violation(`${at}.resources.limits.memory`, 'must be at least 2Gi for 4 CPU.');
}

/** Ranges of gcp-facts 2.5. */
function checkProbe(value: unknown, at: string, delayCap: number, periodCap: number): void {
  if (value === undefined) return;
  const probe = fields(value);
  const number = (key: string, standard: number) => asInteger(probe[key], `service.template.${at}.${key}`) ?? standard;
  const [delay, period, timeout, threshold] = [
    number('initialDelaySeconds', 0),
    number('periodSeconds', 10),
    number('timeoutSeconds', 1),
    number('failureThreshold', 3),
  ];
  if (delay < 0 || delay > delayCap) violation(`${at}.initial_delay_seconds`, `must be between 0 and ${delayCap}.`);
  if (period < 1 || period > periodCap) violation(`${at}.period_seconds`, `must be between 1 and ${periodCap}.`);
  if (timeout < 1 || timeout > period) violation(`${at}.timeout_seconds`, 'must be between 1 and period_seconds.');
  if (threshold < 1) violation(`${at}.failure_threshold`, 'must be at least 1.');
}

function checkScaling(value: unknown): void {
  const scaling = fields(value);
  const min = asInteger(scaling['minInstanceCount'], 'service.template.scaling.min_instance_count') ?? 0;
  const max = asInteger(scaling['maxInstanceCount'], 'service.template.scaling.max_instance_count') ?? 100;
  if (min < 0 || max < 0 || (max > 0 && min > max))
    violation('scaling', `min_instance_count (${min}) must not exceed max_instance_count (${max}).`);
}

function checkTimeout(value: unknown): void {
  if (value === undefined) return;
  const ms = durationMs(value);
  if (ms === null)
    throw invalid(
      `Invalid value at 'service.template.timeout' (type.googleapis.com/google.protobuf.Duration), ${JSON.stringify(value)}`,
      'service.template.timeout',
    );
  if (ms > TIMEOUT_CEILING_MS) violation('timeout', 'must be at most 3600s.');
}

function checkName(service: string, name: string): void {
  const legal = name.startsWith(`${service}-`) && /^[a-z0-9-]{1,63}$/.test(name) && !name.endsWith('-');
  if (!legal) {
    violation(
      'revision',
      `'${name}' must start with '${service}-', hold only lowercase letters, digits and dashes, and be at most 63 characters long.`,
    );
  }
}

/** The form the v2 validator uses (gcp-facts 2.6). */
function violation(path: string, why: string): never {
  throw invalid(`Violation in UpdateServiceRequest.service.template.${path}: ${why}`, `service.template.${path}`);
}

/** The container that takes requests: the one with a port, else the first. */
function serving(template: Fields): Fields {
  const containers = Array.isArray(template['containers']) ? template['containers'].filter(isFields) : [];
  return containers.find((container) => Array.isArray(container['ports']) && container['ports'].length > 0) ?? containers[0] ?? {};
}

function readCpu(value: unknown): number {
  const text = String(value ?? '1');
  return text.endsWith('m') ? Number(text.slice(0, -1)) / 1_000 : Number(text);
}

const MIB_PER_UNIT: Readonly<Record<string, number>> = {
  Ki: 1 / 1_024,
  Mi: 1,
  Gi: 1_024,
  k: 1e3 / 2 ** 20,
  M: 1e6 / 2 ** 20,
  G: 1e9 / 2 ** 20,
};

function readMemory(value: unknown): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(\w*)$/.exec(String(value ?? '512Mi')) ?? [];
  return Math.round(Number(amount ?? 512) * (MIB_PER_UNIT[unit ?? ''] ?? 1 / 2 ** 20));
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** Empty maps and lists are what a client says for "nothing" (libraries 1.5); they must not count as a change. */
function dropEmpty(value: Fields): Fields {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, inner]) =>
        inner !== undefined &&
        inner !== '' &&
        !(isFields(inner) && Object.keys(inner).length === 0) &&
        !(Array.isArray(inner) && inner.length === 0),
    ),
  );
}
