import type { Plugin } from 'esbuild';

/**
 * `await import('package')` of a CommonJS package has named exports from source, and in a bundle `default` only: they would be
 * undefined there and nowhere else. This puts a module with the names that Node sees between the two.
 */
export function namedImports(): Plugin {
  return {
    name: 'named-imports',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path, kind, resolveDir, importer }) => {
        if (kind !== 'dynamic-import' || path.startsWith('node:') || importer.includes('node_modules')) return null;
        // The ending tells esbuild to treat `default` as Node does.
        return { path: `${path}.mjs`, namespace: 'named', pluginData: { name: path, resolveDir } };
      });
      build.onLoad({ filter: /.*/, namespace: 'named' }, async ({ pluginData }) => {
        const { name, resolveDir } = pluginData as { readonly name: string; readonly resolveDir: string };
        const seen = Object.keys((await import(name)) as object).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key));
        const lines = seen.map((key) =>
          key === 'default' ? 'export default all.default;' : `const $${key} = all.${key}; export { $${key} as ${key} };`,
        );
        return { contents: [`import * as all from ${JSON.stringify(name)};`, ...lines].join('\n'), resolveDir };
      });
    },
  };
}
