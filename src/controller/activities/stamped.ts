import type { ActivityContext, Sent } from '../../../machines/incident/activities.ts';
import type { Mutation } from '../../core/model/mutation.ts';
import type { ActivityOptions } from './options.ts';

type Made = { readonly mutation: Mutation } & Sent;

/**
 * A change, with the instant at which its bytes were about to leave: the last question to the fence is asked right before that, so its
 * answer is the stamp. The journal's line of a change comes when Google has answered, which may be half a minute later.
 */
async function stamped<Answer extends Made>(
  options: ActivityOptions,
  carryOut: (watched: ActivityOptions) => Promise<Answer>,
): Promise<Answer> {
  let sentAt: number | null = null;
  const assertMayChange: ActivityOptions['fence']['assertMayChange'] = async (kind) => {
    await options.fence.assertMayChange(kind);
    sentAt = options.clock.now();
  };
  const answer = await carryOut({ ...options, fence: { ...options.fence, assertMayChange } });
  return sentAt === null || answer.mutation.outcome === 'already' ? answer : { ...answer, sentAt };
}

/** An activity whose answer is stamped. */
export function stamping<Input, Answer extends Made>(
  options: ActivityOptions,
  activity: (options: ActivityOptions, input: Input, context: ActivityContext) => Promise<Answer>,
): (input: Input, context: ActivityContext) => Promise<Answer> {
  return (input, context) => stamped(options, (watched) => activity(watched, input, context));
}
