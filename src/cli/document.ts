import type { LoadedSpec } from '../spec/load.ts';
import type { VerbDeps } from './deps.ts';

/** The document of `-f`, loaded; its warnings are said on stderr. Throws `UserError`. The loader is imported only now. */
export async function loadDocument(file: string, deps: Pick<VerbDeps, 'readFile' | 'env' | 'stderr'>): Promise<LoadedSpec> {
  const [{ readText }, { loadSpec }] = await Promise.all([import('../spec/read.ts'), import('../spec/load.ts')]);
  const loaded = loadSpec(await readText(file, deps.readFile), file, deps.env);
  for (const warning of loaded.warnings) deps.stderr.write(`firebreak: warning: ${warning}\n`);
  return loaded;
}
