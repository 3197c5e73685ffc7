import { existsSync, globSync, readFileSync } from 'node:fs';

/** Licences of the packages whose files are in the bundle, as their authors ask: name, version and the text they ship. */
export function noticesOf(root: string, inputs: readonly string[]): string {
  const packages = new Set(
    inputs.flatMap((file) => /^(?<folder>.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.groups?.['folder'] ?? []),
  );
  const chapters = [...packages].toSorted().map((folder) => noticeOf(`${root}${folder}`));
  return `Firebreak's bundle contains these packages.\n\n${chapters.join('\n\n')}\n`;
}

function noticeOf(folder: string): string {
  if (!existsSync(`${folder}/package.json`)) throw new Error(`${folder} is in the bundle and has no package.json to name its licence`);
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Readonly<Record<string, unknown>>;
  const texts = globSync('{LICENSE,LICENCE,NOTICE,license,licence}{,.md,.txt,-MIT}', { cwd: folder }).toSorted();
  const words = texts.map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim());
  return [
    `${'='.repeat(80)}`,
    `${String(name)} ${String(version)}, ${typeof license === 'string' ? license : 'see its text'}`,
    ...words,
  ].join('\n\n');
}
