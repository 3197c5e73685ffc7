import { z } from 'zod';
import { SOME_MONDAY, scenarioSchema } from '../simulator/scenario.ts';
import { worldSchema } from '../simulator/world/description/description.ts';

/** A scenario as others bring it: all but the world has a default. */
export const scenarioFileSchema = scenarioSchema.extend({
  name: scenarioSchema.shape.name.default('world'),
  title: scenarioSchema.shape.title.default('a world of your own'),
  cause: scenarioSchema.shape.cause.default('unknown'),
  seed: scenarioSchema.shape.seed.default(1),
  startAt: scenarioSchema.shape.startAt.prefault(SOME_MONDAY).meta({ examples: [SOME_MONDAY] }),
  expect: scenarioSchema.shape.expect.optional(),
});

/** A bare world, without anything that happens in it. */
export const bareWorldSchema = worldSchema;

/** The published JSON Schema (draft 2020-12) of a world file, for editors. What one part says of another is checked by the loader alone. */
export function worldJsonSchema(): Readonly<Record<string, unknown>> {
  const file = z.union([scenarioFileSchema, bareWorldSchema]);
  const { $schema, ...schema } = z.toJSONSchema(file, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.description !== undefined) jsonSchema.description = withoutSources(jsonSchema.description);
    },
  });
  return {
    $schema,
    $id: 'https://firebreak.dev/schema/v1/world.schema.json',
    title: 'World',
    description:
      'A simulated environment of Google Cloud for `firebreak rehearse`, `simulate` and `prove`: what exists at the start, bare or as the `world` of a scenario.',
    ...schema,
  };
}

/** Where a number comes from is for those who mend the physics, not for who writes a world. */
function withoutSources(text: string): string {
  return text.replaceAll(/ \(gcp-facts [\d., ]+\)|; gcp-facts [\d., ]+(?=\))|gcp-facts [\d., ]+; /g, '');
}
