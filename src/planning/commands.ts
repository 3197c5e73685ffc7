import type { ConnectorTarget, DeploySpec } from '../core/model/spec.ts';
import type { ServiceState, TrafficTarget } from '../core/model/observation.ts';

/** Where the commands act. */
export interface Place {
  readonly project: string;
  readonly region: string;
}

/** The update that the controller would send. Both bounds must be sent together (gcp-facts 1.3). */
export function connectorCommands(name: string, target: ConnectorTarget, place: Place): readonly string[] {
  const bounds = `--min-instances=${target.minInstances} --max-instances=${target.maxInstances} --machine-type=${target.machineType}`;
  return [
    `gcloud compute networks vpc-access connectors update ${quoted(name)} ${where(place)} ${bounds}`,
    `gcloud compute networks vpc-access connectors describe ${quoted(name)} ${where(place)}`,
  ];
}

/** Traffic by revision; tags stay as they are. */
export function trafficCommands(service: string, vector: readonly TrafficTarget[], place: Place): readonly string[] {
  const serving = vector.filter((target) => target.percent > 0);
  const targets = serving.map((target) => `${target.latest ? 'LATEST' : (target.revision ?? '')}=${target.percent}`).join(',');
  return [`gcloud run services update-traffic ${quoted(service)} ${where(place)} --to-revisions=${quoted(targets)}`];
}

/**
 * The way back to a vector, by name wherever the name is known: once there is a newer revision, LATEST would be that one.
 * Tags are put back by the controller's own restore; they do not move requests.
 */
export function undoCommands(service: string, vector: readonly TrafficTarget[], place: Place): readonly string[] {
  if (vector.length === 0) return [`gcloud run services update-traffic ${quoted(service)} ${where(place)} --to-latest`];
  const named = vector.map((target) => ({ ...target, latest: target.latest && target.revision === null }));
  return trafficCommands(service, named, place);
}

/** A new revision without traffic, then the traffic. `gcloud run deploy` always makes a revision; the image is the one in use unless given. */
export function deployCommands(
  service: string,
  deploy: DeploySpec,
  present: ServiceState | null,
  like: ServiceState | null,
  place: Place,
): readonly string[] {
  const image = deploy.image ?? present?.template.image ?? 'IMAGE';
  const flags = [`--image=${quoted(image)}`, '--no-traffic', ...likeFlags(like), ...envFlags(deploy.env)];
  return [
    `gcloud run deploy ${quoted(service)} ${where(place)} ${flags.join(' ')}`,
    `gcloud run services update-traffic ${quoted(service)} ${where(place)} --to-revisions=NEW_REVISION=100`,
  ];
}

function likeFlags(like: ServiceState | null): readonly string[] {
  if (like === null) return [];
  const { cpu, memory, minInstances, maxInstances, egress } = like.template;
  const flags: readonly (readonly [string, string | number | null])[] = [
    ['--cpu', cpu],
    ['--memory', memory],
    ['--min-instances', minInstances],
    ['--max-instances', maxInstances],
    ['--vpc-egress', egress === null ? null : egress.toLowerCase().replaceAll('_', '-')],
  ];
  return flags.filter(([, value]) => value !== null).map(([flag, value]) => `${flag}=${value}`);
}

function envFlags(env: Readonly<Record<string, string>>): readonly string[] {
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  if (pairs.length === 0) return [];
  // A comma in a value needs another separator (gcloud topic escaping).
  const separator = pairs.some((pair) => pair.includes(',')) ? '^@^' : '';
  return [`--update-env-vars=${quoted(separator + pairs.join(separator === '' ? ',' : '@'))}`];
}

function where({ project, region }: Place): string {
  return `--project=${quoted(project)} --region=${quoted(region)}`;
}

/** As a POSIX shell reads it: plain words as they are, all else in single quotes. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
