import type { z } from 'zod';
import type { Problem } from '../spec/problems.ts';

/** A key of a service in the document that asks for a kind of step. */
export interface DesiredKey<Schema extends z.ZodType, Wish> {
  readonly schema: Schema;
  readonly resolve: (written: z.output<Schema>) => Wish;
  /** What the schema cannot see; the path begins below the key. */
  readonly problems: (written: z.output<Schema>, document: DocumentFacts) => readonly Omit<Problem, 'at'>[];
}

/** What of the document and of the service a key may ask for its problems. */
export interface DocumentFacts {
  readonly hasConnector: boolean;
  /** As it is called in the document. */
  readonly service: string;
  /** Where it is, when that is not spec.region. */
  readonly abroad: string | null;
}
