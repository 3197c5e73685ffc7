import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readTarget } from '../../src/spec/read-target.ts';
import { readText } from '../../src/spec/read.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-read-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('reading a document file', () => {
  it('gives its text, without a byte-order mark', async () => {
    writeFileSync(join(folder, 'bom.yaml'), '\uFEFFkind: Remediation\n');
    await expect(readText(join(folder, 'bom.yaml'), readFile)).resolves.toBe('kind: Remediation\n');
  });

  it.each([
    ['a missing file', 'nowhere.yaml', 'file-missing'],
    ['a directory', '', 'file-is-directory'],
    ['a file below a file', 'bytes.yaml/x', 'file-missing'],
    ['bytes that are not UTF-8', 'bytes.yaml', 'spec-not-utf8'],
  ])('refuses %s', async (_what, name, code) => {
    writeFileSync(join(folder, 'bytes.yaml'), Buffer.from([0x6b, 0xff, 0xfe, 0x3a]));
    await expect(readText(join(folder, name), readFile)).rejects.toMatchObject({ kind: 'user', code, exitCode: 2 });
  });
});

describe('which run a document is about', () => {
  const names = 'metadata: { name: a }\nspec: { project: my-project, region: us-east1 }\n';

  it('is told although the rest of the document is broken', () => {
    expect(readTarget(`${names}nonsense: [1, 2]\n`, 'a.yaml')).toBe('my-project/us-east1/a');
  });

  it.each([
    ['a name is missing', 'metadata: { name: a }\nspec: { project: my-project }\n'],
    ['a name would leave its folder', names.replace('name: a', 'name: ../a')],
    ['it is no mapping', '- 1\n'],
  ])('is refused when %s', (_what, text) => {
    expect(() => readTarget(text, 'a.yaml')).toThrow(/metadata\.name, spec\.project and spec\.region/);
  });
});
