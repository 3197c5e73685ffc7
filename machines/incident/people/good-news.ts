import type { IncidentContext } from '../context.ts';

/** Good news that waits for the next message, and what makes it false before that one is sent. Pure. */

const NOT_WORSE = ': not worse so far';
const WINDOW_RESTARTED = ': window of improvement restarted at ';
const WINDOW_GIVEN_BACK = 'time of the window of improvement given back';

/** Whether words are good news of the run's own bookkeeping: a trial that passed, a window that began anew. */
export function isGood(words: string): boolean {
  return words.includes(NOT_WORSE) || words.includes(WINDOW_RESTARTED);
}

/**
 * The good news that is still true beside `message`: nothing good of a step that has failed since, or that is undone, and no new window
 * where the message says that its time was given back.
 */
export function stillGood(context: IncidentContext, message: string): readonly string[] {
  const ended = endedBadly(context);
  const isLost = message.includes(WINDOW_GIVEN_BACK);
  return (context.carried ?? []).filter((news) => {
    if (isLost && news.includes(WINDOW_RESTARTED)) return false;
    return !ended.some((title) => news.includes(`${title}${NOT_WORSE}`));
  });
}

/** Titles of the steps that have failed, are being undone, or were put back. */
function endedBadly({ plan, mutations, undone, undoing, restoreQueue, restored }: IncidentContext): readonly string[] {
  const putBack = [...restoreQueue, ...restored].flatMap(({ undoes }) => undoes ?? []);
  const ids = new Set([...Object.keys(undone), ...(undoing === null ? [] : [undoing]), ...putBack]);
  const made = mutations.filter(({ stepId, end }) => ids.has(stepId) || end === 'put-back' || end === 'failed');
  const planned = (plan?.steps ?? []).filter(({ id }) => id === undoing);
  return [...made, ...planned].map(({ title }) => title);
}
