import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { expect, it } from 'vitest';
import { remediationJsonSchema } from '../../src/spec/json-schema.ts';
import { referencePage } from '../../src/spec/reference.ts';

const page = referencePage();

it('the reference page is not stale (else: npm run schema)', async () => {
  const published = readFileSync(new URL('../../deploy/reference.md', import.meta.url), 'utf8');
  expect(published).toBe(await format(page, { parser: 'markdown', printWidth: 140 }));
});

it('the reference page holds every key that the schema has, with what it is', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const told = new Map(rows.map((row) => [/`([^`]+)`/.exec(row)![1]!, row]));
  const leaves = keysOf(remediationJsonSchema(), '');
  expect(leaves.length).toBeGreaterThan(90);
  expect(leaves.filter((key) => !told.has(key))).toEqual([]);
  expect(rows.filter((row) => /\| +\|$/.test(row))).toEqual([]);
});

it.each([
  ['a duration with its bounds and its default', '| `spec.validation.soak.for` | duration, 1s to 7d | `30m` |'],
  ['a share', '| `spec.validation.passRate` | share, 0 to 1 | `0.8` |'],
  ['what must be there', '| `spec.services[].name` | text | **required** |'],
  ['a choice', '| `spec.policy.mode` | `plan`, `probe`, `approve`, `auto` | `auto` |'],
  ['either of two', '| `spec.services[].pin` | `lastHealthy` or object |  |'],
])('tells of %s', (_, row) => {
  expect(page).toContain(row);
});

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
}

/** Paths of all values that are no objects themselves. */
function keysOf(node: Node, path: string): readonly string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const inner = [...keysOf(child, `${path}${key}.`), ...keysOf(child.items ?? {}, `${path}${key}[].`)];
    return inner.length > 0 ? inner : [`${path}${key}`];
  });
}
