import { disclosed } from './disclosed.ts';
import { object, objects } from './json.ts';
import type { Json } from './json.ts';

const LONGEST = 200;

/**
 * The value of a setting (`fields.ts`) as people may read it, or null where there is none. What looks like a secret, and the plain
 * value of a variable that is neither `spoken` nor of a harmless shape, is `…`.
 */
export function sayValue(field: string, value: unknown, spoken: Readonly<Record<string, string>>): string | null {
  if (value === undefined) return null;
  const name = field.replace(/^container \S+: /, '');
  const [kind = '', ...rest] = name.split(' ');
  const called = rest.join(' ');
  if (kind === 'env') return name === field && spoken[called] === value ? String(value) : disclosed(called, String(value));
  if (kind === 'secret' || kind === 'volume') return shortened(reference(object(value)) ?? words(value));
  if (name.endsWith('Probe')) return shortened(probe(object(value)));
  if (name === 'args' || name === 'command') return shortened((Array.isArray(value) ? value : [value]).map(String).map(argument).join(' '));
  return shortened(secretive(name) ? disclosed(called === '' ? name : called, words(value)) : words(value));
}

/** A name that `disclosed` would hide any value under. */
function secretive(name: string): boolean {
  return disclosed(name.split(/[ ./]/).at(-1) ?? name, 'true') !== 'true';
}

/** `--flag=value` and `value`: what is no flag by itself may be a secret. */
function argument(text: string): string {
  const [, flag = '', value] = /^(--?[\w-]+)(?:=(.*))?$/s.exec(text) ?? [];
  if (flag === '') return text === '' ? "''" : disclosed('argument', text);
  return value === undefined ? flag : `${flag}=${disclosed(flag.replaceAll('-', '_'), value)}`;
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
        ({ name, value: said }) => ` header ${String(name)}=${disclosed(String(name), String(said ?? ''))}`,
      );
      return `${field}${Object.entries(rest)
        .map(([key, of]) => ` ${key} ${words(of)}`)
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
