import type { ActivityContext, Told, TellingInput } from '../../../machines/incident/activities.ts';
import type { ChannelRecord, Announcement } from '../../core/model/message.ts';
import { TransientError } from '../../core/errors.ts';
import { deliverMissed } from './channel-catch-up.ts';
import type { ActivityOptions } from './options.ts';

/**
 * Tells every channel, each in its own order and none waiting for another's failure; good when at least one took it, or none is
 * configured (the journal has it in any case). What a channel has missed goes before what is new. Throws `TransientError` when no channel
 * took it.
 */
export async function notify(
  options: ActivityOptions,
  { text, saying = null, before, doubt = false, channels: known = {}, now }: TellingInput,
  { key, repeated, signal }: ActivityContext,
): Promise<Told> {
  const { channels } = options;
  if (channels.length === 0) return { told: 0, text };
  // Owed by a version that numbered nothing: the activity's own key stands for it.
  const said = saying ?? (text === '' ? null : bare(text, options));
  const sayings = [before, said].filter((each) => each != null);
  const upTo = {
    sayings,
    doubt: repeated || doubt,
    ...(now === undefined ? {} : { now }),
    ...(saying === null && said !== null ? { key } : {}),
    signal,
  };
  const answers = await Promise.all(channels.map((channel) => deliverMissed(options, channel, known[channel.name], upTo)));
  const records = Object.fromEntries(answers.map(({ name, record }) => [name, record]));
  const told = answers.filter(({ isTold }) => isTold).length;
  const failed = answers.flatMap(({ record }) =>
    record.problem === null ? [] : [{ channel: record.described, why: record.problem.text }],
  );
  const isLost = said !== null && told === 0 && answers.some(({ record, isTold }) => !isTold && lacks(record, said));
  if (isLost) throw new TransientError('not-told', `no channel took the message: ${failed.map(({ why }) => why).join('; ')}`);
  return { told, text, channels: { ...known, ...records }, ...(failed.length === 0 ? {} : { missed: failed }) };
}

function lacks({ missed }: ChannelRecord, { no }: Announcement): boolean {
  return missed.some((each) => each.no === no);
}

function bare(text: string, { spec, clock }: ActivityOptions): Announcement {
  return {
    no: 0,
    kind: 'phase',
    at: clock.now(),
    environment: `${spec.name} (${spec.project}, ${spec.region})`,
    happened: text,
    why: '',
    next: '',
    nextBy: null,
    standing: 'underway',
    needsPerson: false,
    causes: [],
    changes: [],
  };
}
