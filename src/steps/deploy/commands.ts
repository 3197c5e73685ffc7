import type { ServiceState } from '../../core/model/observation.ts';
import type { FieldChange } from '../../core/service/changes.ts';
import { containerName } from '../../core/service/containers.ts';
import { object } from '../../core/service/json.ts';
import type { Json } from '../../core/service/json.ts';
import { CHANGE_ANNOTATION } from '../../core/service/next-template.ts';
import { named, quoted } from '../../core/shell.ts';
import type { Place } from '../../core/shell.ts';
import { OWN_TAG } from '../../planning/traffic-split.ts';
import { shiftCommands } from '../new-revision.ts';
import type { Shares } from '../shares.ts';

/**
 * A new revision without traffic that differs by these changes, then the traffic. `gcloud run deploy` always makes a revision; the
 * image is the one in use unless it is among the changes. What gcloud has no flag for is named in a comment.
 */
export function deployCommands(
  present: ServiceState,
  changes: readonly FieldChange[],
  { shares, place }: { readonly shares: Shares; readonly place: Place },
): readonly string[] {
  const { name, template } = present;
  const image = changes.find(({ field }) => field === 'image')?.is ?? template.image;
  const flags = changes.map((change) => ({ change, ...flagOf(change) }));
  const env = envFlag(changes);
  const ofContainer = [`--image=${quoted(String(image))}`, ...flags.flatMap(({ container }) => container), ...env];
  const container = containerName(present.settings.template());
  const all = [
    '--no-traffic',
    `--tag=${OWN_TAG}`,
    ...flags.flatMap(({ service }) => service),
    ...(container === null ? [] : [`--container=${quoted(container)}`]),
    ...ofContainer,
  ];
  const unsaid = [...flags.flatMap(({ unsaid: what }) => what), `annotation ${CHANGE_ANNOTATION} (only marks whose change it is)`];
  return [
    `gcloud run deploy ${named(name, place)} ${all.join(' ')}`,
    `# gcloud has no flag for: ${unsaid.join('; ')}`,
    ...shiftCommands(name, shares, place),
  ];
}

interface Said {
  /** Flags of the service, and those that belong to its main container. */
  readonly service: readonly string[];
  readonly container: readonly string[];
  /** What of the change no flag says. */
  readonly unsaid: readonly string[];
}

const NOTHING: Said = { service: [], container: [], unsaid: [] };

/** By field, the flag of `gcloud run deploy` that sets a value; those of the service. */
const OF_SERVICE: Readonly<Record<string, (value: unknown) => string>> = {
  minInstances: (value) => `--min-instances=${value === undefined ? 'default' : String(value)}`,
  maxInstances: (value) => `--max-instances=${value === undefined ? 'default' : String(value)}`,
  egress: (value) => `--vpc-egress=${quoted(String(value).toLowerCase().replaceAll('_', '-'))}`,
};

/** Those of a container. */
const OF_CONTAINER: Readonly<Record<string, (value: unknown) => string>> = {
  cpu: (value) => `--cpu=${quoted(String(value))}`,
  memory: (value) => `--memory=${quoted(String(value))}`,
  cpuIdle: (value) => (value === true ? '--cpu-throttling' : '--no-cpu-throttling'),
  startupCpuBoost: (value) => (value === true ? '--cpu-boost' : '--no-cpu-boost'),
  'limit nvidia.com/gpu': (value) => `--gpu=${quoted(String(value))}`,
};

/** Fields that a flag can take back to what it is when nothing is said. */
const MAY_BE_UNSET = new Set(['minInstances', 'maxInstances', 'cpuIdle', 'startupCpuBoost']);

/** The readiness probe is a preview and has no flag in the released gcloud. */
const PROBE_FLAGS: Readonly<Record<string, string>> = { startupProbe: '--startup-probe', livenessProbe: '--liveness-probe' };

function flagOf({ field, is }: FieldChange): Said {
  if (field === 'image' || field.startsWith('env ')) return NOTHING;
  const probe = PROBE_FLAGS[field];
  if (probe !== undefined && is !== undefined) return probeFlag(field, probe, object(is));
  if (is === undefined && !MAY_BE_UNSET.has(field)) return { ...NOTHING, unsaid: [field] };
  const [ofService, ofContainer] = [OF_SERVICE[field], OF_CONTAINER[field]];
  if (ofService !== undefined) return { ...NOTHING, service: [ofService(is)] };
  return ofContainer === undefined ? { ...NOTHING, unsaid: [field] } : { ...NOTHING, container: [ofContainer(is)] };
}

const PROBE_KEYS = new Set(
  'initialDelaySeconds timeoutSeconds periodSeconds failureThreshold httpGet.path httpGet.port tcpSocket.port grpc.port grpc.service'.split(
    ' ',
  ),
);
/** What Google takes where a probe does not say (gcp-facts 2.5); said, so that nothing of the old probe can stay. */
const PROBE_DEFAULTS: Json = { initialDelaySeconds: 0, timeoutSeconds: 1, periodSeconds: 10, failureThreshold: 3 };

function probeFlag(field: string, flag: string, probe: Json): Said {
  const given = Object.entries({ ...PROBE_DEFAULTS, ...probe }).flatMap(([key, value]): readonly (readonly [string, unknown])[] =>
    isEmpty(value)
      ? [[key, '']]
      : typeof value === 'object' && value !== null
        ? Object.entries(value).map(([inner, of]) => [`${key}.${inner}`, of])
        : [[key, value]],
  );
  const said = given.filter(([key]) => PROBE_KEYS.has(key));
  const unsaid = given.filter(([key]) => !PROBE_KEYS.has(key)).map(([key]) => key);
  return {
    ...NOTHING,
    container: [`${flag}=${dictionary(said.map(([key, value]) => `${key}=${String(value)}`))}`],
    unsaid: unsaid.length === 0 ? [] : [`${field} (${unsaid.join(', ')})`],
  };
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function envFlag(changes: readonly FieldChange[]): readonly string[] {
  const set = changes.filter(({ field, is }) => field.startsWith('env ') && is !== undefined);
  return set.length === 0
    ? []
    : [`--update-env-vars=${dictionary(set.map(({ field, is }) => `${field.slice('env '.length)}=${String(is)}`))}`];
}

const SEPARATORS = ['@', ';', '|', '#', '~', '%', '!', '+', '&'];

/** Pairs as one argument; where a comma is in one, another separator is named in front (`gcloud topic escaping`). */
function dictionary(pairs: readonly string[]): string {
  if (pairs.every((pair) => !pair.includes(','))) return quoted(pairs.join(','));
  const separator = SEPARATORS.find((candidate) => pairs.every((pair) => !pair.includes(candidate))) ?? '::::';
  return quoted(`^${separator}^${pairs.join(separator)}`);
}
