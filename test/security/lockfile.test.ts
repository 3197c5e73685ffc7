import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../architecture/source.ts';

const locked = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  hasInstallScript: z.boolean().optional(),
  dev: z.boolean().optional(),
  link: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const lock = z
  .object({ lockfileVersion: z.literal(3), packages: z.record(z.string(), locked) })
  .parse(JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8')));
const packages = Object.entries(lock.packages).filter(([place]) => place !== '');
const manifest = z
  .object({
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
    optionalDependencies: z.record(z.string(), z.string()),
    allowScripts: z.record(z.string(), z.boolean()),
  })
  .parse(JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')));

const LICENCES = [
  'MIT',
  'Apache-2.0',
  'ISC',
  'BSD', // url-template's name for its three clauses
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
  'Python-2.0',
];

/** Other licences of tools that are used and never shipped; each was looked at. */
const TOOLS: Readonly<Record<string, string>> = {
  'MPL-2.0': 'lightningcss, which the test runner brings; nothing of it is in the bundle',
};

describe('the lockfile', () => {
  test('pins every package by a SHA-512 hash', () => {
    const loose = packages.filter(([, { integrity, link }]) => link === true || !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''));
    expect(loose.map(([place]) => place)).toEqual([]);
  });

  test('takes packages from a registry alone: no git, no address, no folder', () => {
    const ranges = packages.flatMap(([place, { resolved, dependencies, optionalDependencies }]) =>
      [resolved, ...Object.values({ ...dependencies, ...optionalDependencies })].flatMap((range) =>
        range === undefined ? [] : [`${place} ${range}`],
      ),
    );
    const elsewhere = /(?:git[+:@]|github:|gitlab:|bitbucket:|http:\/\/|\.git\b|file:|link:|workspace:| \.{0,2}\/)/;
    expect(ranges.filter((range) => elsewhere.test(range))).toEqual([]);
  });

  test('what the program needs is pinned to one version in package.json', () => {
    const { dependencies, optionalDependencies } = manifest;
    const loose = Object.entries({ ...dependencies, ...optionalDependencies }).filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range));
    expect(loose).toEqual([]);
  });

  test('agrees with package.json', () => {
    const root = lock.packages[''];
    expect(root?.dependencies).toEqual(manifest.dependencies);
    expect(root?.optionalDependencies).toEqual(manifest.optionalDependencies);
  });

  test('lets no package run a script while it is installed: each that wants to is refused by name', () => {
    const installing = packages.flatMap(([place, { hasInstallScript }]) => (hasInstallScript === true ? [nameIn(place)] : []));
    expect(installing.filter((name) => manifest.allowScripts[name] !== false)).toEqual([]);
    expect(Object.values(manifest.allowScripts).filter((allowed) => allowed)).toEqual([]);
  });
});

describe('the licences', () => {
  const installed = packages.flatMap(([place]) => {
    const file = `${ROOT}${place}/package.json`;
    if (!existsSync(file)) return []; // A package of another platform.
    const { license, licenses } = z
      .object({ license: z.unknown().optional(), licenses: z.unknown().optional() })
      .parse(JSON.parse(readFileSync(file, 'utf8')));
    return [{ place, licence: nameOf(license ?? licenses) }];
  });

  test('are known ones for everything that is installed', () => {
    expect(installed.length).toBeGreaterThan(100);
    const strange = installed.filter(({ licence }) => !isAllowed(licence) && !(licence in TOOLS));
    expect(strange.map(({ place, licence }) => `${place}: ${licence}`)).toEqual([]);
  });

  test('are permissive for everything that is shipped', () => {
    const shipped = installed.filter(({ place }) => lock.packages[place]?.dev !== true);
    expect(shipped.filter(({ licence }) => !isAllowed(licence)).map(({ place, licence }) => `${place}: ${licence}`)).toEqual([]);
  });

  test('of a choice, one must be allowed; of a sum, all', () => {
    expect(isAllowed('(MIT OR GPL-3.0-only)')).toBe(true);
    expect(isAllowed('MIT AND GPL-3.0-only')).toBe(false);
    expect(isAllowed('AGPL-3.0-only')).toBe(false);
    expect(isAllowed('')).toBe(false);
  });
});

function nameIn(place: string): string {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Older packages write an object or a list. */
function nameOf(license: unknown): string {
  if (typeof license === 'string') return license;
  if (Array.isArray(license)) return license.map(nameOf).join(' OR ');
  return license !== null && typeof license === 'object' && 'type' in license ? String(license.type) : '';
}

function isAllowed(expression: string): boolean {
  const choices = expression.replaceAll(/[()]/g, '').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((licence) => LICENCES.includes(licence.trim())));
}
