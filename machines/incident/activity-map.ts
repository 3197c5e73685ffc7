import type { ActivityContext, ActivityName, InputOf, OutputOf } from './activities.ts';

/** What the composition root must provide: one function per name, nothing missing, nothing extra. */
export type ActivityMap = {
  readonly [Name in ActivityName]: (input: InputOf<Name>, context: ActivityContext) => Promise<OutputOf<Name>>;
};
