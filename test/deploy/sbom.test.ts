import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { namedImports } from '../../deploy/named-imports.ts';
import { sbomOf } from '../../deploy/sbom.ts';
import type { Lockfile } from '../../deploy/sbom.ts';
import { ROOT } from '../architecture/source.ts';

const lock = JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8')) as Lockfile;
const sbom = sbomOf(lock);
const SPDX = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'Unlicense', 'CC0-1.0', 'Python-2.0'];
const names = new Set(sbom.components.map(({ name }) => name));

describe('the bill of materials', () => {
  test('names every package whose code is in the bundle', { timeout: 300_000 }, async () => {
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: ['src/main.ts'],
      outdir: 'unused',
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      write: false,
      metafile: true,
      plugins: [namedImports()],
      logLevel: 'error',
    });
    const bundled = Object.keys(metafile.inputs).flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
    expect(new Set(bundled).size).toBeGreaterThan(20);
    expect([...new Set(bundled)].filter((name) => !names.has(name))).toEqual([]);
  });

  test('holds no tool of development and no Node of a checkout', () => {
    const { devDependencies, optionalDependencies } = z
      .object({ devDependencies: z.record(z.string(), z.string()), optionalDependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')));
    const tools = Object.keys({ ...devDependencies, ...optionalDependencies }).filter((name) => !name.startsWith('@types/'));
    expect(tools.filter((name) => names.has(name))).toEqual([]);
  });

  test('gives each component its version, place and hash as the lockfile pins them', () => {
    const component = z.strictObject({
      type: z.literal('library'),
      'bom-ref': z.string(),
      name: z.string(),
      version: z.string().regex(/^\d+\.\d+\.\d+/),
      purl: z.string().startsWith('pkg:npm/'),
      hashes: z.tuple([z.strictObject({ alg: z.literal('SHA-512'), content: z.string().regex(/^[0-9a-f]{128}$/) })]),
      licenses: z.tuple([
        z.union([
          z.strictObject({ license: z.strictObject({ id: z.enum(SPDX) }) }),
          z.strictObject({ license: z.strictObject({ name: z.literal('BSD') }) }),
          z.strictObject({ expression: z.string() }),
        ]),
      ]),
    });
    expect(sbom.components.map((each) => component.safeParse(each).error?.message ?? each.purl)).toEqual(
      sbom.components.map(({ purl }) => purl),
    );
  });

  test('has references that are unique and lead somewhere', () => {
    const refs = sbom.components.map((each) => each['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    expect(sbom.dependencies.map(({ ref }) => ref).toSorted()).toEqual([sbom.metadata.component['bom-ref'], ...refs].toSorted());
    expect(sbom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.includes(ref))).toEqual([]);
  });

  test('is the same wherever it is made', () => {
    expect(JSON.stringify(sbomOf(lock))).toBe(JSON.stringify(sbom));
    expect(sbom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('tells two versions of one package apart, each where Node would find it', () => {
    const packages = {
      '': { dependencies: { one: '*', two: '*' } },
      'node_modules/one': { version: '1.0.0', dependencies: { two: '*' } },
      'node_modules/one/node_modules/two': { version: '2.0.0' },
      'node_modules/two': { version: '1.0.0' },
      'node_modules/tool': { version: '1.0.0' },
    };
    const small = sbomOf({ name: 'program', version: '1.0.0', packages });
    expect(small.components.map(({ purl }) => purl)).toEqual(['pkg:npm/one@1.0.0', 'pkg:npm/two@1.0.0', 'pkg:npm/two@2.0.0']);
    expect(small.dependencies.find(({ ref }) => ref === 'pkg:npm/one@1.0.0')?.dependsOn).toEqual(['pkg:npm/two@2.0.0']);
  });

  test('refuses a lockfile that lacks what is needed', () => {
    const packages = { '': { dependencies: { one: '*' } }, 'node_modules/one': { version: '1.0.0', dependencies: { two: '*' } } };
    expect(() => sbomOf({ name: 'program', version: '1.0.0', packages })).toThrow('lacks two');
  });
});
