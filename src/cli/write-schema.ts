import { readFile, writeFile } from 'node:fs/promises';
import { remediationJsonSchema } from '../spec/json-schema.ts';

/** `npm run schema`: writes deploy/remediation.schema.json; with `--check` only says whether it is up to date (exit code 1 when not). */
const file = new URL('../../deploy/remediation.schema.json', import.meta.url);
const { format } = await import('prettier');
const wanted = await format(JSON.stringify(remediationJsonSchema()), { parser: 'json', printWidth: 140 });

if (!process.argv.includes('--check')) {
  await writeFile(file, wanted);
} else if ((await readFile(file, 'utf8')) !== wanted) {
  process.stderr.write('deploy/remediation.schema.json is stale: run `npm run schema`\n');
  process.exitCode = 1;
}
