import { plain } from '../core/outside/plain.ts';
import type { Message, MessageKind } from '../core/model/message.ts';

/** What every channel shows of a message, in its order; how, each knows. Pure. */

const HEADINGS: Readonly<Record<Exclude<MessageKind, 'progress'>, string>> = {
  started: 'Firebreak works on it',
  'needs-you': 'NEEDS YOU',
  change: 'Changed',
  phase: 'News',
  escalated: 'ESCALATED',
  recovered: 'Recovered',
  ended: 'Ended',
  test: 'Test',
};

/** Environment first: whoever has five of these channels looks for it. */
export function titleOf({ environment, kind, standing, needsPerson }: Message): string {
  if (kind === 'progress') return `${environment}: ${progressOf({ standing, needsPerson })}`;
  const needs = needsPerson && kind !== 'needs-you' && kind !== 'escalated' ? ', NEEDS YOU' : '';
  return `${environment}: ${HEADINGS[kind]}${needs}`;
}

function progressOf({ standing, needsPerson }: Pick<Message, 'standing' | 'needsPerson'>): string {
  if (standing === 'escalated') return 'ESCALATED, watching';
  if (standing !== 'waiting') return 'Progress';
  return needsPerson ? 'NEEDS YOU, nothing new' : 'Held, nothing new';
}

export interface Part {
  /** null: it speaks for itself. */
  readonly name: string | null;
  readonly text: string;
}

/** What happened, why, what next. */
export function partsOf(message: Message): readonly Part[] {
  const { happened, why, next, nextBy, at, late, lost } = message;
  const when = late === true ? `Said ${said(at)}; this channel could not be reached until now. ` : '';
  const speaksAgain = nextBy === null ? '' : `Next message at once when something happens, else by ${said(nextBy)}.`;
  const gone = lost === undefined ? '' : ` (${lost} earlier ${lost === 1 ? 'message' : 'messages'} could not be kept for this channel.)`;
  return [
    { name: null, text: `${when}${happened}${gone}` },
    ...(why === '' ? [] : [{ name: 'Why', text: why }]),
    ...(next === '' && speaksAgain === '' ? [] : [{ name: 'Next', text: [next, speaksAgain].filter((part) => part !== '').join(' ') }]),
  ];
}

/** To the second, as all of Firebreak writes it. */
export function said(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** At most so long; that it is shortened is said. */
export function shortened(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - CUT.length).replace(/&[a-z]*$/, '')}${CUT}`;
}

const CUT = ' (shortened)';

/**
 * Words as words: chats read `<!channel>`, `<https://…|text>` and `@here` as a call of everybody and as links with our name on
 * them. Slack, Mattermost and Google Chat take the three entities; an `@` that a letter follows is parted from it by a blank.
 */
export function asWords(text: string): string {
  return plain(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/(?<![\w.])@(?=[A-Za-z])/g, '@ ');
}

/** The same, where `*`, backticks and tildes would make bold, code and strokes; underscores stay, addresses have them. */
export function unformatted(text: string): string {
  return asWords(text).replaceAll('*', '∗').replaceAll('`', 'ʹ').replaceAll('~', '∼');
}
