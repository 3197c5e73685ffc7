import { z } from 'zod';
import { documentSchema } from './schema.ts';

/** The published JSON Schema (draft 2020-12) of the document as people write it, for editors. Cross-references are checked by the loader alone. */
export function remediationJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(documentSchema, { io: 'input', target: 'draft-2020-12' });
  return {
    $schema,
    $id: 'https://firebreak.dev/schema/v1/remediation.schema.json',
    title: 'Remediation',
    description:
      'What Firebreak is to do about an incident of Cloud Run services: what may be changed, in which order, and what counts as healthy.',
    ...schema,
  };
}
