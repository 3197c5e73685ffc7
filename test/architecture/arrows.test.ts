import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { ZONES } from './arrows.ts';
import { sourceFiles } from './source.ts';
import type { ImportSpecifier, SourceFile } from './source.ts';

const files = sourceFiles(['src', 'machines', 'deploy']);

test('every source file belongs to a folder with rules', () => {
  const homeless = files.filter(({ path }) => zoneOf(path) === undefined).map(({ path }) => path);
  expect(homeless, 'a new folder is a new arrow: write it into test/architecture/arrows.ts').toEqual([]);
});

test.each(Object.keys(ZONES))('%s: imports only what it may know', (name) => {
  const zone = ZONES[name]!;
  const broken = files
    .filter(({ path }) => zoneOf(path) === name)
    .flatMap((file) => file.imports.filter((wish) => !allowed(file, wish, name)).map((wish) => said(file, wish)));
  expect(broken, `${name}: ${zone.advice}`).toEqual([]);
});

test('the rules know no folder that is gone', () => {
  const stale = Object.keys(ZONES).filter((name) => !PLANNED.has(name) && !files.some(({ path }) => zoneOf(path) === name));
  expect(stale, 'delete the zone from test/architecture/arrows.ts').toEqual([]);
});

/** Zones of DESIGN section 4 whose folder does not exist yet; shrink this as they arrive. */
const PLANNED = new Set(['capacity', 'server']);

function zoneOf(path: string): string | undefined {
  const fits = Object.entries(ZONES).flatMap(([name, { at }]) =>
    at.filter((prefix) => path.startsWith(prefix)).map((prefix) => ({ name, length: prefix.length })),
  );
  return fits.toSorted((a, b) => b.length - a.length)[0]?.name;
}

function allowed(file: SourceFile, wish: ImportSpecifier, name: string): boolean {
  const zone = ZONES[name]!;
  if (!wish.specifier.startsWith('.'))
    return wish.typeOnly && wish.specifier.startsWith('node:') ? true : zone.packages.some((known) => isOf(wish.specifier, known));
  const target = posix.join(posix.dirname(file.path), wish.specifier);
  if (zoneOf(target) === name) return true;
  const known = [...zone.knows, ...(wish.typeOnly ? (zone.knowsTypesOf ?? []) : []), ...parents(name)];
  return known.some((prefix) => target.startsWith(prefix));
}

/** A special file inside a folder is still a part of that folder, and the folder may use it. */
function parents(name: string): readonly string[] {
  const own = ZONES[name]!.at;
  return Object.values(ZONES)
    .flatMap(({ at }) => at)
    .filter((prefix) => own.some((mine) => prefix !== mine && prefix.startsWith(mine)));
}

/** A package by its name, or anything below a name that ends in `/` or `:`. */
function isOf(specifier: string, known: string): boolean {
  return /[/:]$/.test(known) ? specifier.startsWith(known) : specifier === known;
}

function said(file: SourceFile, wish: ImportSpecifier): string {
  return `${file.path}:${wish.line} ${wish.typeOnly ? 'import type' : 'imports'} '${wish.specifier}'`;
}
