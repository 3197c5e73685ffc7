import { defined } from '../../core/defined.ts';
import type { TemplateFacts } from '../../core/model/observation.ts';
import { maskedValue } from '../../core/service/mask-value.ts';
import { durationMs, shortName } from '../response-parsing.ts';
import { asWritten, list, nonEmpty, object, optionalNumber, optionalObject, optionalText, text, texts } from '../json.ts';
import type { Json } from '../json.ts';

interface Beside {
  /** Stands beside the template on the service. */
  readonly ingress: string | null;
  /** What a run calls the connector of this name. */
  readonly connector: (name: string) => string;
}

/** What matters of a template (gcp-facts 2.5). To be called within `understood`. */
export function templateFacts(template: Json, { ingress, connector: called }: Beside): TemplateFacts {
  const main = mainContainer(template);
  const limits = optionalObject(optionalObject(main.resources, 'resources').limits, 'resources.limits');
  const scaling = optionalObject(template.scaling, 'template.scaling');
  const vpcAccess = optionalObject(template.vpcAccess, 'template.vpcAccess');
  const connector = optionalText(vpcAccess.connector, 'template.vpcAccess.connector');
  const environment = list(main.env, 'containers.env').map((each) => object(each, 'containers.env'));
  const volumes = list(template.volumes, 'template.volumes').map((each) => object(each, 'template.volumes'));
  const sqlInstances = volumes.flatMap(({ cloudSqlInstance }) =>
    texts(optionalObject(cloudSqlInstance, 'volumes.cloudSqlInstance').instances, 'cloudSqlInstance.instances'),
  );
  return {
    image: text(main.image, 'template.containers.image'),
    cpu: optionalText(limits.cpu, 'limits.cpu'),
    memory: optionalText(limits.memory, 'limits.memory'),
    minInstances: optionalNumber(scaling.minInstanceCount, 'scaling.minInstanceCount'),
    maxInstances: optionalNumber(scaling.maxInstanceCount, 'scaling.maxInstanceCount'),
    connector: connector === null ? null : called(connector),
    egress: optionalText(vpcAccess.egress, 'template.vpcAccess.egress'),
    timeoutMs: durationMs(optionalText(template.timeout, 'template.timeout')),
    startupProbe: main.startupProbe === undefined ? null : sayProbe(object(main.startupProbe, 'startupProbe')),
    serviceAccount: optionalText(template.serviceAccount, 'template.serviceAccount'),
    ingress,
    env: plainValues(environment),
    secrets: { ...secretValues(environment), ...secretVolumes(volumes) },
    ...(sqlInstances.length === 0 ? {} : { sqlInstances }),
  };
}

/** The container that takes requests is the one with a port; a single container needs none. */
function mainContainer(template: Json): Json {
  const path = 'template.containers';
  const containers = nonEmpty(list(template.containers, path), path).map((each) => object(each, path));
  return containers.find(({ ports }) => list(ports, 'containers.ports').length > 0) ?? defined(containers[0]);
}

/** `http /health every 10s, 3 failures`. Without a probe of its own Cloud Run checks the TCP port only (gcp-facts 0.5). */
function sayProbe(probe: Json): string {
  const path = (): string => optionalText(optionalObject(probe.httpGet, 'httpGet').path, 'httpGet.path') ?? '/';
  const what = probe.httpGet !== undefined ? `http ${path()}` : probe.grpc !== undefined ? 'grpc' : 'tcp';
  const every = optionalNumber(probe.periodSeconds, 'probe.periodSeconds') ?? 10;
  return `${what} every ${every}s, ${optionalNumber(probe.failureThreshold, 'probe.failureThreshold') ?? 3} failures`;
}

function plainValues(environment: readonly Json[]): Readonly<Record<string, string>> {
  const plain: Record<string, string> = {};
  for (const { name, value, valueSource } of environment) {
    const known = text(name, 'env.name');
    if (valueSource === undefined) plain[known] = maskedValue(known, value === undefined ? '' : asWritten(value, 'env.value'));
  }
  return plain;
}

function secretValues(environment: readonly Json[]): Readonly<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const { name, valueSource } of environment) {
    if (valueSource === undefined) continue;
    const { secretKeyRef } = object(valueSource, 'env.valueSource');
    if (secretKeyRef === undefined) continue;
    const { secret, version } = object(secretKeyRef, 'env.secretKeyRef');
    secrets[text(name, 'env.name')] = reference(text(secret, 'secretKeyRef.secret'), optionalText(version, 'secretKeyRef.version'));
  }
  return secrets;
}

/** Secrets that are mounted as files, under `volume:NAME/PATH`. */
function secretVolumes(volumes: readonly Json[]): Readonly<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const volume of volumes) {
    if (volume.secret === undefined) continue;
    const source = object(volume.secret, 'volumes.secret');
    const secret = text(source.secret, 'volumes.secret.secret');
    const items = list(source.items, 'volumes.secret.items').map((item) => object(item, 'volumes.secret.items'));
    const name = `volume:${text(volume.name, 'volumes.name')}`;
    if (items.length === 0) secrets[name] = reference(secret, null);
    for (const item of items)
      secrets[`${name}/${text(item.path, 'items.path')}`] = reference(secret, optionalText(item.version, 'items.version'));
  }
  return secrets;
}

function reference(secret: string, version: string | null): string {
  return `${shortName(secret)}:${version ?? 'latest'}`;
}
