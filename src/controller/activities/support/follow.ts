import type { ActivityContext, InputOf, OutputOf } from '../../../../machines/incident/activities.ts';
import { TerminalError, TransientError } from '../../../core/errors.ts';
import { plainLine } from '../../../core/outside/plain.ts';
import { redact } from '../../../core/outside/redact.ts';
import type { CaseComment } from '../../../ports/support.ts';
import type { ActivityOptions } from '../options.ts';
import { commentOnCase, ownMark } from './comment.ts';

/** So many of the newest answers are told, so long each; the case holds them all. */
const ANSWERS = 3;
const LONGEST_ANSWER = 500;

/** How the case stands, and what others have written into it since `known`. Reads only. */
export async function readCase(
  options: ActivityOptions,
  { caseName, known }: InputOf<'readCase'>,
  { signal }: ActivityContext,
): Promise<OutputOf<'readCase'>> {
  const { support } = options.cloud;
  const [{ state, escalated, priority }, comments] = await Promise.all([
    support.get(caseName, { signal }),
    support.comments(caseName, { signal }),
  ]);
  const mark = ownMark(options.runId);
  const others = comments.filter(({ body }) => !body.includes(mark));
  const news = others.slice(known?.others ?? 0);
  return {
    at: options.clock.now(),
    state,
    escalated,
    priority,
    others: others.length,
    byGoogle: others.filter(({ byGoogle }) => byGoogle).length,
    answers: news.slice(-ANSWERS).map(answer),
    news: news.length > 0 || state !== known?.state || escalated !== known.escalated,
  };
}

function answer({ at, by, byGoogle, body }: CaseComment): OutputOf<'readCase'>['answers'][number] {
  const text = redact(plainLine(body));
  return { at, by: redact(plainLine(by)), byGoogle, text: text.length <= LONGEST_ANSWER ? text : `${text.slice(0, LONGEST_ANSWER)} …` };
}

/** Escalates an open case once, and reads it back. What Google refuses is answered: asking again would not help. */
export async function escalateCase(
  options: ActivityOptions,
  { caseName, justification }: InputOf<'escalateCase'>,
  { signal }: ActivityContext,
): Promise<OutputOf<'escalateCase'>> {
  const { support } = options.cloud;
  try {
    const before = await support.get(caseName, { signal });
    if (before.escalated) return { escalated: true, note: 'it was escalated already' };
    if (before.state === 'CLOSED') return { escalated: false, note: 'the case is closed' };
    // It was read minutes ago: who has answered since must not be told that nobody has.
    if ((await support.comments(caseName, { signal })).some(({ byGoogle }) => byGoogle))
      return { escalated: false, note: 'Google has answered meanwhile' };
    const lastCheck = (): Promise<void> => options.fence.assertHeld();
    await support.escalate(caseName, { reason: 'RESOLUTION_TIME', justification }, { signal, lastCheck });
    const { escalated } = await support.get(caseName, { signal });
    return { escalated, note: escalated ? null : 'accepted, and not shown by the case yet' };
  } catch (thrown) {
    if (!(thrown instanceof TerminalError)) throw thrown;
    return { escalated: false, note: thrown.message };
  }
}

/** Says what came of it, closes, and reads back. An empty name (the case was handed to a human) closes nothing. */
export async function closeCase(
  options: ActivityOptions,
  { caseName, text }: InputOf<'closeCase'>,
  context: ActivityContext,
): Promise<OutputOf<'closeCase'>> {
  if (caseName === '') return { closed: false };
  const { support } = options.cloud;
  const { signal } = context;
  if ((await support.get(caseName, { signal })).state === 'CLOSED') return { closed: true, note: 'it was closed already' };
  await commentOnCase(options, { caseName, text, id: 'resolution' }, context);
  await support.close(caseName, { signal, lastCheck: () => options.fence.assertHeld() });
  const { state } = await support.get(caseName, { signal });
  if (state !== 'CLOSED') throw new TransientError('not-closed', `${caseName} is ${state} after it was closed`);
  return { closed: true };
}
