import { readFile, writeFile } from 'node:fs/promises';
import { remediationJsonSchema } from '../spec/json-schema.ts';
import { worldJsonSchema } from '../worlds/schema.ts';

/** `npm run schema`: writes deploy/*.schema.json; with `--check` only says whether each is up to date (exit code 1 when one is not). */
const SCHEMAS = { remediation: remediationJsonSchema, world: worldJsonSchema };
const { format } = await import('prettier');

for (const [name, schema] of Object.entries(SCHEMAS)) {
  const file = new URL(`../../deploy/${name}.schema.json`, import.meta.url);
  const wanted = await format(JSON.stringify(schema()), { parser: 'json', printWidth: 140 });
  if (!process.argv.includes('--check')) {
    await writeFile(file, wanted);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
    process.stderr.write(`deploy/${name}.schema.json is stale: run \`npm run schema\`\n`);
    process.exitCode = 1;
  }
}
