import type { Message, Announcement } from '../core/model/message.ts';
import { sayInstant } from '../../machines/incident/people/say-instant.ts';

/** Where the run can be looked at and steered from, as messages tell it. */
export interface Reach {
  /** Address of the page; null: none is known. */
  readonly page: string | null;
  /** A text in which every command of ours can be pasted as it stands, wherever it is read. */
  readonly completed: (text: string) => string;
}

interface About {
  readonly runId: string;
  readonly reach?: Reach;
}

interface How {
  readonly isLate: boolean;
  /** Messages that the channel will not get. */
  readonly lost: number;
  /** Where the run stands now, for what is said late. */
  readonly now?: Pick<Announcement, 'standing' | 'needsPerson'>;
  readonly key?: string;
}

/**
 * The message of what the statechart has said: with its key, the link and what can be pasted. One that is late says so, and leaves out
 * what was true only then: why, what was next, and what to paste. Pure.
 */
export function messageOf({ runId, reach }: About, saying: Announcement, { isLate, lost, now, key }: How): Message {
  const page = reach?.page ?? null;
  const { planHash: _asked, ...rest } = saying;
  const told: Announcement = isLate ? { ...rest, ...standingOf(now ?? rest), why: '', next: '', nextBy: null } : saying;
  const message = {
    ...told,
    happened: reach?.completed(told.happened) ?? told.happened,
    next: reach?.completed(told.next) ?? told.next,
    runId,
    key: key ?? `${runId}/m${saying.no}`,
    page: page === null ? null : `${page.endsWith('/') ? page.slice(0, -1) : page}/runs/${encodeURIComponent(runId)}`,
    commands: isLate || reach === undefined ? [] : verbsFor(runId, told).map((words) => reach.completed(`firebreak ${words}`)),
    ...(isLate ? { late: true as const } : {}),
    ...(lost === 0 ? {} : { lost }),
  };
  return { ...message, text: plainWords(message) };
}

function standingOf({
  standing,
  needsPerson,
}: Pick<Announcement, 'standing' | 'needsPerson'>): Pick<Announcement, 'standing' | 'needsPerson'> {
  return { standing, needsPerson };
}

/** What whoever reads it wants to do next, in the words of the command line. */
function verbsFor(runId: string, { standing, planHash, kind }: Announcement): readonly string[] {
  if (kind === 'recovered' || kind === 'ended') return [`report ${runId}`];
  if (planHash !== undefined) return ['why', `approve --plan ${planHash.slice(0, 8)}`];
  return standing === 'waiting' ? ['why', 'status'] : ['why'];
}

/** For channels that show plain words alone. */
function plainWords({ environment, happened, at, late, lost }: Omit<Message, 'text'>): string {
  const when = late === true ? `(said ${sayInstant(at)}; this channel could not be reached until now) ` : '';
  const gone = lost === undefined ? '' : `\n(${lost} earlier ${lost === 1 ? 'message' : 'messages'} could not be kept for this channel.)`;
  return `${environment}: ${when}${happened}${gone}`;
}
