import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { keysAt } from '../../src/spec/explain.ts';
import { remediationJsonSchema } from '../../src/spec/json-schema.ts';
import { documentSchema } from '../../src/spec/schema.ts';

const published: unknown = JSON.parse(readFileSync(new URL('../../deploy/remediation.schema.json', import.meta.url), 'utf8'));

describe('the published JSON Schema', () => {
  it('is not stale (else: npm run schema)', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(remediationJsonSchema())));
  });

  it('is draft 2020-12 with a title, and closed: an unknown key is an error in the editor too', () => {
    expect(published).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Remediation',
      additionalProperties: false,
    });
  });

  it('requires nothing that has a default', () => {
    const spec = z.looseObject({ properties: z.looseObject({ spec: z.looseObject({ required: z.array(z.string()) }) }) }).parse(published)
      .properties.spec;
    expect(spec.required).toEqual(['project', 'region', 'services']);
  });
});

describe('keys that the schema knows', () => {
  it.each([
    [
      ['spec', 'connector', 'target'],
      ['minInstances', 'maxInstances', 'machineType'],
    ],
    [
      ['spec', 'services', 3, 'pin'],
      ['revision', 'shift'],
    ],
    [['spec', 'validation', 'soak'], ['for']],
    [['spec', 'nowhere'], []],
  ])('at %j are %j', (path, keys) => {
    expect(keysAt(documentSchema, path)).toEqual(keys);
  });
});
