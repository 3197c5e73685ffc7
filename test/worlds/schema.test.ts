import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { worldJsonSchema } from '../../src/worlds/schema.ts';

const published = JSON.parse(readFileSync(new URL('../../deploy/world.schema.json', import.meta.url), 'utf8')) as {
  readonly anyOf: readonly { readonly required: readonly string[]; readonly additionalProperties: boolean }[];
};

it('the published JSON Schema of a world is not stale (else: npm run schema)', () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(worldJsonSchema())));
});

it('knows a whole scenario and a bare world, each closed, and requires nothing that has a default', () => {
  expect(published.anyOf.map(({ required, additionalProperties }) => [required, additionalProperties])).toEqual([
    [['world'], false],
    [['project', 'region', 'services'], false],
  ]);
});

it('says what its keys are, in words that need none of our notes', () => {
  const text = JSON.stringify(published);
  expect(text.split('"description"').length).toBeGreaterThan(150);
  expect(text).not.toContain('gcp-facts');
});
