import { defined } from '../core/defined.ts';
import { parseDuration } from '../core/duration.ts';
import { nearest } from './hints.ts';
import { databasesIn } from './named-resources.ts';
import type { Path, Problem } from './problems.ts';
import type { RemediationDocument } from './schema.ts';

/** Each database stands once, is used by somebody, and every service names one that is there. */
export function databaseProblems(spec: RemediationDocument['spec']): readonly Problem[] {
  const all = databasesIn(spec);
  const names = all.map(({ instance }) => instance);
  const isList = spec.databases !== undefined;
  const at = (index: number): Path => (isList ? ['spec', 'databases', index] : ['spec', 'database']);
  const used = spec.services.flatMap((service) => service.databases ?? []);
  return [
    ...(spec.database !== undefined && isList
      ? [
          problem(
            'spec-contradiction',
            ['spec', 'database'],
            'spec.databases is there too: only one of both is read',
            `put ${spec.database.instance} into spec.databases, and leave spec.database out`,
          ),
        ]
      : []),
    ...names.flatMap((name, index) => {
      const path = [...at(index), 'instance'];
      if (names.indexOf(name) !== index)
        return [problem('spec-duplicate-name', path, `${name} is already there`, 'name each database once')];
      if (!isList || used.includes(name)) return [];
      return [problem('spec-reference', path, `no service uses ${name}`, `write databases: [${name}] at the services that use it`)];
    }),
    ...spec.services.flatMap((service, index) =>
      (service.databases ?? []).flatMap((name, place) => unknownDatabase(name, ['spec', 'services', index, 'databases', place], names)),
    ),
    ...all.flatMap(({ probe }, index) => probeProblems(probe, [...at(index), 'probe'])),
  ];
}

function unknownDatabase(name: string, path: Path, names: readonly string[]): readonly Problem[] {
  if (names.includes(name)) return [];
  const meant = nearest(name, names);
  const fix = names.length === 0 ? 'name it in spec.database' : meant === null ? `name one of ${names.join(', ')}` : `write ${meant}`;
  return [problem('spec-reference', path, `${name} is not a database of this document`, fix)];
}

function probeProblems(probe: NonNullable<RemediationDocument['spec']['database']>['probe'], at: Path): readonly Problem[] {
  if (probe === undefined || defined(parseDuration(probe.warnConnect)) <= defined(parseDuration(probe.maxConnect))) return [];
  const path = [...at, 'warnConnect'];
  const what = `nothing can be pointed out after ${probe.warnConnect}: it has failed after ${probe.maxConnect}`;
  return [problem('spec-out-of-range', path, what, 'make warnConnect the shorter one')];
}

function problem(code: string, path: Path, what: string, fix: string): Problem {
  return { code, path, at: 'value', what, fix };
}
