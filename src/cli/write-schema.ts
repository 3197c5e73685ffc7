import { readFile, writeFile } from 'node:fs/promises';
import { remediationJsonSchema } from '../spec/json-schema.ts';
import { referencePage } from '../spec/reference.ts';
import { worldJsonSchema } from '../worlds/schema.ts';

/** `npm run schema`: writes what is made of the schemas below deploy; with `--check` only says whether each is up to date (exit code 1 when one is not). */
const { format } = await import('prettier');
const json = (schema: object): Promise<string> => format(JSON.stringify(schema), { parser: 'json', printWidth: 140 });
const MADE = {
  'remediation.schema.json': () => json(remediationJsonSchema()),
  'world.schema.json': () => json(worldJsonSchema()),
  'reference.md': () => format(referencePage(), { parser: 'markdown', printWidth: 140 }),
};

for (const [name, make] of Object.entries(MADE)) {
  const file = new URL(`../../deploy/${name}`, import.meta.url);
  const wanted = await make();
  if (!process.argv.includes('--check')) {
    await writeFile(file, wanted);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
    process.stderr.write(`deploy/${name} is stale: run \`npm run schema\`\n`);
    process.exitCode = 1;
  }
}
