import type { ChannelRecord, Announcement } from '../../core/model/message.ts';
import { FirebreakError } from '../../core/errors.ts';
import { messageOf } from '../message.ts';
import type { Channel, Delivery } from '../../ports/notify.ts';
import type { ActivityOptions } from './options.ts';

/** What is kept for a channel that cannot be reached. */
const MOST_MISSED = 10;
const LONGEST_KEPT = 8_000;
/** A channel that is slow in each of many messages does not keep the others waiting. */
const PATIENCE = 45_000;

export interface UpTo {
  /** New ones, in order. */
  readonly sayings: readonly Announcement[];
  /** They may have been sent before, without an answer. */
  readonly doubt: boolean;
  /** Where the run stands now. */
  readonly now?: Pick<Announcement, 'standing' | 'needsPerson'>;
  /** Instead of the key that follows from the number. */
  readonly key?: string;
  readonly signal: AbortSignal;
}

export interface DeliveredMissed {
  readonly name: string;
  readonly record: ChannelRecord;
  /** It has the newest of them. */
  readonly isTold: boolean;
}

const NOTHING: Omit<ChannelRecord, 'described'> = { ids: {}, upTo: 0, tried: 0, missed: [], lost: 0, problem: null };

/**
 * Brings one channel up to date: what it has missed, then what is new, in order; the first failure ends it, and what is left is kept.
 * Throws only what is no failure of a channel.
 */
export async function deliverMissed(
  options: ActivityOptions,
  channel: Channel,
  known: ChannelRecord | undefined,
  upTo: UpTo,
): Promise<DeliveredMissed> {
  const { clock } = options;
  const before: ChannelRecord = { ...NOTHING, ...known, described: channel.described };
  const since = clock.now();
  const isNew = ({ no }: Announcement): boolean => no === 0 || (no > before.upTo && before.missed.every((missed) => missed.no !== no));
  const queue = [
    ...before.missed.map((saying) => ({ saying, isLate: true })),
    ...upTo.sayings.filter(isNew).map((saying) => ({ saying, isLate: false })),
  ];
  const newest = upTo.sayings.at(-1)?.no;
  let record: ChannelRecord = { ...before, missed: [], problem: null };
  let isTold = newest !== undefined && newest !== 0 && before.upTo >= newest && before.missed.length === 0;
  for (const [index, { saying, isLate }] of queue.entries()) {
    const left = (): readonly Announcement[] => queue.slice(index).map((each) => each.saying);
    if (clock.now() - since > PATIENCE) return { name: channel.name, record: lacking(record, left(), before), isTold: false };
    try {
      const message = messageOf(options, saying, { isLate, lost: record.lost, ...upTo });
      const doubt = upTo.doubt || saying.no <= record.tried;
      const { ids, sent, problem }: Delivery = await channel.deliver(message, record.ids, { doubt, signal: upTo.signal });
      const isHeard = sent && saying.no === newest;
      isTold ||= isHeard;
      record = {
        ...record,
        ids,
        upTo: Math.max(record.upTo, saying.no),
        lost: sent ? 0 : record.lost,
        problem: problemOf(problem, before, clock.now()),
      };
    } catch (thrown) {
      if (upTo.signal.aborted) throw upTo.signal.reason;
      if (!(thrown instanceof FirebreakError) || thrown.kind === 'invariant') throw thrown;
      const tried = thrown.kind === 'terminal' ? record.tried : Math.max(record.tried, saying.no);
      const problem = { text: thrown.message, since: before.problem?.since ?? clock.now(), lasting: thrown.kind === 'terminal' };
      return { name: channel.name, record: { ...lacking(record, left(), before), tried, problem }, isTold: false };
    }
  }
  return { name: channel.name, record, isTold };
}

function problemOf(text: string | undefined, before: ChannelRecord, now: number): ChannelRecord['problem'] {
  return text === undefined ? null : { text, since: before.problem?.since ?? now, lasting: true };
}

/** Bounded: news and progress of hours ago go first, and that they are gone is said. */
function lacking(record: ChannelRecord, left: readonly Announcement[], before: ChannelRecord): ChannelRecord {
  let missed = left.map(shortened);
  let lost = record.lost;
  while (missed.length > MOST_MISSED) {
    const least = Math.max(
      0,
      missed.findIndex(({ kind }) => kind === 'progress' || kind === 'phase'),
    );
    missed = missed.toSpliced(least, 1);
    lost += 1;
  }
  return { ...record, missed, lost, problem: record.problem ?? before.problem };
}

function shortened(saying: Announcement): Announcement {
  const { happened } = saying;
  return happened.length <= LONGEST_KEPT ? saying : { ...saying, happened: `${happened.slice(0, LONGEST_KEPT)} (shortened)` };
}
