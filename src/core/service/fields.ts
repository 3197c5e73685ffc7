import { mainIndex } from './containers.ts';
import { object, objects } from './json.ts';
import type { Json } from './json.ts';
import { CHANGE_ANNOTATION } from './next-template.ts';

/** Settings by the name people know them under (`image`, `maxInstances`, `env NAME`), else by their path. Probes and volumes are whole. */
export type Fields = ReadonlyMap<string, unknown>;

/**
 * A template, every field of it. Those of the container that takes the requests stand by themselves, those of the others under
 * `container NAME`. What has the value that a missing field has (zero, false, empty) is missing: Google leaves it out as well.
 * Our own mark and the revision's name are no settings.
 */
export function templateFields(template: Json): Fields {
  const containers = objects(template.containers);
  const main = mainIndex(containers);
  const { containers: _containers, revision: _named, annotations, labels, scaling, vpcAccess, volumes, ...rest } = template;
  const { [CHANGE_ANNOTATION]: _ours, ...annotated } = object(annotations);
  const { minInstanceCount, maxInstanceCount, ...scaled } = object(scaling);
  return present([
    ...containers.flatMap((container, index) => {
      const prefix = index === main ? '' : `container ${typeof container.name === 'string' ? container.name : index}: `;
      return containerFields(container).map(([name, value]): Field => [`${prefix}${name}`, value]);
    }),
    ['minInstances', minInstanceCount],
    ['maxInstances', maxInstanceCount],
    ...byPath('scaling', scaled),
    ...ofVpcAccess(object(vpcAccess)),
    ...byName('annotation', annotated),
    ...byName('label', object(labels)),
    ...objects(volumes).map(({ name, ...volume }): Field => [`volume ${String(name)}`, volume]),
    ...renamed(rest),
  ]);
}

/** What stands on the service beside its template (`ServiceSettings.beside`). */
export function serviceFields(beside: Json): Fields {
  const { annotations, labels, ...rest } = beside;
  return present([
    ...byName('service annotation', object(annotations)),
    ...byName('service label', object(labels)),
    ...Object.entries(rest).flatMap(([field, value]) => byPath(field === 'scaling' ? 'service scaling' : field, value)),
  ]);
}

type Field = readonly [name: string, value: unknown];

const RENAMED: Readonly<Record<string, string>> = { maxInstanceRequestConcurrency: 'concurrency' };

function renamed(rest: Json): readonly Field[] {
  return Object.entries(rest).flatMap(([field, value]) => byPath(RENAMED[field] ?? field, value));
}

const WHOLE = new Set(['startupProbe', 'livenessProbe', 'readinessProbe']);

function containerFields({ env, resources, volumeMounts, ...rest }: Json): readonly Field[] {
  const { limits, ...beside } = object(resources);
  const { cpu, memory, ...others } = object(limits);
  return [
    ...Object.entries(rest).flatMap(([field, value]) => (WHOLE.has(field) ? [[field, value] as const] : byPath(field, value))),
    ['cpu', cpu],
    ['memory', memory],
    ...byName('limit', others),
    ...Object.entries(beside).flatMap(([field, value]) => byPath(field, value)),
    ...objects(env).map(({ name, value, valueSource }): Field =>
      valueSource === undefined ? [`env ${String(name)}`, String(value ?? '')] : [`secret ${String(name)}`, valueSource],
    ),
    ...objects(volumeMounts).map(({ name, ...mount }): Field => [`mount ${String(name)} ${String(mount.mountPath ?? '')}`.trim(), mount]),
  ];
}

function ofVpcAccess({ connector, egress, ...rest }: Json): readonly Field[] {
  return [
    ['connector', typeof connector === 'string' ? connector.slice(connector.lastIndexOf('/') + 1) : connector],
    ['egress', egress],
    ...Object.entries(rest).flatMap(([field, value]) => byPath(field, value)),
  ];
}

function byName(kind: string, values: Json): readonly Field[] {
  return Object.entries(values).map(([name, value]) => [`${kind} ${name}`, value]);
}

function byPath(path: string, value: unknown): readonly Field[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([field, inner]) => byPath(`${path}.${field}`, inner));
}

/** An environment variable that is empty is there; so is a label. */
const MAY_BE_EMPTY = /^(?:container \S+: )?(?:env|label|annotation|service label|service annotation) /;

function present(fields: readonly Field[]): Fields {
  const known = fields.map(([name, value]): Field => [name, MAY_BE_EMPTY.test(name) ? value : withoutDefaults(value)]);
  return new Map(known.filter(([, value]) => value !== undefined));
}

/** The value without what a missing field says as well; undefined where nothing is left. */
function withoutDefaults(value: unknown): unknown {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (typeof value !== 'object') return value;
  const left = Object.entries(value).flatMap(([field, inner]) => {
    // An empty message chooses among several: `tcpSocket: {}`, `emptyDir: {}`.
    const kept = isEmpty(inner) ? inner : withoutDefaults(inner);
    return kept === undefined ? [] : [[field, kept] as const];
  });
  return Object.fromEntries(left.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isEmpty(value: unknown): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0;
}
