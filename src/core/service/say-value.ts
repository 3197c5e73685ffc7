import { HIDDEN, maskedValue } from './mask-value.ts';
import { object, objects } from './json.ts';
import type { Json } from './json.ts';

const LONGEST = 200;

/** Settings whose values open nothing, whatever they are. All others are told only where `maskedValue` knows their shape. */
const OPEN = new RegExp(
  `^(?:image|cpu|memory|limit \\S+|(?:service )?scaling(?:\\.\\w+)+|minInstances|maxInstances|concurrency|connector|egress|timeout|ingress|name|` +
    'serviceAccount|launchStage|executionEnvironment|sessionAffinity|startupCpuBoost|cpuIdle|ports|networkInterfaces|workingDir|dependsOn|' +
    'invokerIamDisabled|defaultUriDisabled|healthCheckDisabled|gpuZonalRedundancyDisabled|nodeSelector\\.\\w+|mount .*|' +
    '(?:service )?(?:annotation|label) (?:run|cloud)\\.googleapis\\.com/\\S+)$',
);

/**
 * The value of a setting (`fields.ts`) as people may read it, or null where there is none. Shown are the settings of a closed
 * list, labels under a harmless name, what the document itself spells out (`spoken`), and values of a harmless shape; everything
 * else is `…`, nested values too.
 */
export function sayValue(field: string, value: unknown, spoken: Readonly<Record<string, string>>): string | null {
  if (value === undefined) return null;
  const name = field.replace(/^container \S+: /, '');
  const [kind = '', ...rest] = name.split(' ');
  const called = rest.join(' ');
  if (kind === 'env') return name === field && spoken[called] === value ? String(value) : maskedValue(called, String(value));
  if (kind === 'secret') return shortened(reference(object(value)) ?? HIDDEN);
  if (kind === 'volume') return shortened(volume(object(value)));
  if (name.endsWith('Probe')) return shortened(probe(object(value)));
  if (name === 'args' || name === 'command') return shortened(argumentsOf(value));
  if (OPEN.test(name) || (/^(?:service )?label /.test(name) && !isSecretive(called))) return shortened(words(value));
  return typeof value === 'object' ? HIDDEN : maskedValue(called === '' ? name : called, words(value));
}

/** A name that `maskedValue` would hide any value under. */
function isSecretive(name: string): boolean {
  return maskedValue(name, 'true') !== 'true';
}

/** A value that follows a secretive flag belongs to it. */
function argumentsOf(value: unknown): string {
  const all = (Array.isArray(value) ? value : [value]).map(String);
  return all.map((text, index) => (isSecretiveFlag(all[index - 1] ?? '') && !text.startsWith('-') ? HIDDEN : argument(text))).join(' ');
}

function isSecretiveFlag(text: string): boolean {
  return /^--?[\w-]+$/.test(text) && isSecretive(text.replace(/^-+/, ''));
}

/** What is mounted, by its name; whatever else belongs to it is not told. */
function volume(value: Json): string {
  const { secret, cloudSqlInstance, gcs, nfs, ...others } = value;
  const parts = [
    ...(secret === undefined ? [] : [`secret ${words(object(secret).secret)}`]),
    ...(cloudSqlInstance === undefined ? [] : [`cloudSqlInstance ${words(object(cloudSqlInstance).instances)}`]),
    ...(gcs === undefined ? [] : [`gcs ${words(object(gcs).bucket)}`]),
    ...(nfs === undefined ? [] : [`nfs ${words(object(nfs).server)}`]),
    ...Object.entries(others).map(([key, inner]) => (typeof inner === 'object' ? `${key} ${HIDDEN}` : `${key} ${words(inner)}`)),
  ];
  return parts.join(', ');
}

/** `--flag=value` and `value`: what is no flag by itself may be a secret. */
function argument(text: string): string {
  const [, flag = '', value] = /^(--?[\w-]+)(?:=(.*))?$/s.exec(text) ?? [];
  if (flag === '') return text === '' ? "''" : maskedValue('argument', text);
  return value === undefined ? flag : `${flag}=${maskedValue(flag, value)}`;
}

function reference({ secretKeyRef }: Json): string | null {
  if (secretKeyRef === undefined) return null;
  const { secret, version } = object(secretKeyRef);
  return `${String(secret ?? '')
    .split('/')
    .at(-1)}:${String(version ?? 'latest')}`;
}

/** `httpGet path /health port 8080, periodSeconds 10`: every field of it. */
function probe(value: Json): string {
  return Object.entries(value)
    .map(([field, inner]) => {
      if (typeof inner !== 'object' || inner === null) return `${field} ${words(inner)}`;
      const { httpHeaders, ...rest } = object(inner);
      const headers = objects(httpHeaders).map(
        ({ name, value: said }) => ` header ${String(name)}=${maskedValue(String(name), String(said ?? ''))}`,
      );
      return `${field}${Object.entries(rest)
        .map(([key, of]) => ` ${key} ${words(of).replace(/\?.*/s, '?…')}`)
        .join('')}${headers.join('')}`;
    })
    .join(', ');
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
