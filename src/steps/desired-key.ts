import type { z } from 'zod';
import type { Problem } from '../spec/problems.ts';

/** A key of a service in the document that asks for a kind of step. */
export interface DesiredKey<Schema extends z.ZodType, Wish> {
  readonly schema: Schema;
  readonly resolve: (written: z.output<Schema>) => Wish;
  /** What the schema cannot see; the path begins below the key. */
  readonly problems: (written: z.output<Schema>, document: { readonly hasConnector: boolean }) => readonly Omit<Problem, 'at'>[];
}
