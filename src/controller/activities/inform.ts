import type { ActivityContext } from '../../../machines/incident/activities.ts';
import { TransientError } from '../../core/errors.ts';
import type { ActivityOptions } from './options.ts';

/**
 * Tells every channel; good when at least one took it, or none is configured (the journal has it in any case).
 * Throws `TransientError` when no channel took it.
 */
export async function inform(
  { notifiers }: ActivityOptions,
  { text }: { readonly text: string },
  { key, signal }: ActivityContext,
): Promise<{ readonly told: number; readonly text: string }> {
  if (notifiers.length === 0) return { told: 0, text };
  const answers = await Promise.allSettled(notifiers.map((notifier) => notifier.tell(text, key, signal)));
  const told = answers.filter(({ status }) => status === 'fulfilled').length;
  if (told === 0) throw new TransientError('not-told', `none of ${notifiers.length} channels took the message`);
  return { told, text };
}
