import { defined } from '../core/defined.ts';
import { engineOf } from '../core/model/engine.ts';
import type { ServiceState } from '../core/model/observation.ts';
import type { PoolSpec } from '../core/model/spec.ts';
import type { SqlInstance } from '../core/model/way-in.ts';

/** That a service uses a database, and how that is seen. */
export interface DatabaseUse {
  readonly name: string;
  readonly because: string;
}

/** The instances that a service mounts, or names in a variable by connection name or address. Each once. */
export function instancesUsed({ template }: Pick<ServiceState, 'template'>, known: readonly SqlInstance[]): readonly DatabaseUse[] {
  const mounted = (template.sqlInstances ?? []).map((connection) => ({ connection, because: 'it is mounted' }));
  const named = Object.entries(template.env).flatMap(([name, value]) =>
    [...value.matchAll(CONNECTION)].map(([, connection]) => ({ connection: defined(connection), because: `${name} names it` })),
  );
  const byName = [...mounted, ...named].map(({ connection, because }) => ({
    name: connection.slice(connection.lastIndexOf(':') + 1),
    because,
  }));
  const byAddress = Object.entries(template.env).flatMap(([name, value]) =>
    known
      .filter(({ addresses }) => addresses.includes(hostIn(value)))
      .map((one) => ({ name: one.name, because: `${name} holds its address` })),
  );
  return [...new Map([...byAddress, ...byName].map((use) => [use.name, use])).values()];
}

const CONNECTION = /(?:^|\/cloudsql\/)([a-z0-9.:-]+:[a-z]+-[a-z]+\d+:[a-z][a-z0-9-]*)/g;

/** `10.0.0.3:5432` and `postgres://10.0.0.3/books` name 10.0.0.3. */
export function hostIn(value: string): string {
  const bare = value.trim();
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(bare) ? (URL.parse(bare)?.hostname ?? '') : bare.replace(/:\d{1,5}$/, '');
}

const SIZE = /(?:^|_)(?:POOL_?SIZE|POOL_?MAX|MAX_?POOL(?:_?SIZE)?|CONNECTION_?LIMIT|MAX_?(?:OPEN_?)?CONN(?:ECTION)?S?)$/i;
const OVERFLOW = /(?:^|_)OVERFLOW$/i;
const OF_ANOTHER_KIND = /REDIS|CACHE|HTTP|AMQP|KAFKA|THREAD|WORKER/i;

/** The connection pool that the variables of a service tell of; null: none does. */
export function poolOf({ template }: ServiceState): (PoolSpec & { readonly because: string }) | null {
  const told = (shape: RegExp): readonly [string, number] | null => {
    const found = Object.entries(template.env).find(
      ([name, value]) => shape.test(name) && !OF_ANOTHER_KIND.test(name) && /^\d{1,4}$/.test(value.trim()),
    );
    return found === undefined ? null : [found[0], Number(found[1])];
  };
  const size = told(SIZE);
  if (size === null || size[1] < 1) return null;
  const overflow = told(OVERFLOW);
  return { size: size[1], overflow: overflow?.[1] ?? 0, because: overflow === null ? size[0] : `${size[0]} and ${overflow[0]}` };
}

/** `MySQL 8.0` of `MYSQL_8_0`; a version of no engine that we know as it is written. */
export function engineWords(version: string): string {
  const engine = engineOf(version);
  if (engine === 'other') return version;
  const number = version.replace(/^[A-Z]+_/, '').replaceAll('_', '.');
  return `${engine === 'mysql' ? 'MySQL' : 'PostgreSQL'} ${number}`;
}
