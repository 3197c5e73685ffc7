import { plainLine } from '../core/outside/plain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Answer } from './reply.ts';
import { becamePage } from './answer-page.ts';
import type { Answering, Became, Given } from './answering.ts';
import { fieldsOf } from './fields.ts';
import type { Fields } from './fields.ts';
import { ANSWERS, isSame, linkOrder, readLink } from './links.ts';
import type { AnswerKind, LinkTerms } from './links.ts';
import type { Rate } from './rate.ts';

/** A request that would say something to a run. */
export interface Posted {
  readonly path: readonly string[];
  /** null: longer than an answer is. */
  readonly body: string | null;
  readonly type: string | undefined;
  readonly authorization: string | undefined;
  readonly accept: string | undefined;
  /** Of whom it comes, as far as the connection tells. */
  readonly from: string;
}

export interface PostDeps extends Answering {
  readonly clock: Pick<Clock, 'now'>;
  readonly rate: Rate;
  readonly signal: AbortSignal;
}

const LONGEST_NAME = 80;

/** By what right an answer is given. */
type Right = { readonly by: 'token' } | { readonly by: 'link'; readonly terms: LinkTerms };

/**
 * Takes an answer: who may, what about, and what the run made of it. Nothing is left for the run before all of that is right.
 * Throws what the store throws.
 */
export async function answerPost(posted: Posted, deps: PostDeps): Promise<Answer> {
  const place = placeOf(posted.path);
  const say = (status: number, words: readonly string[], headers?: Readonly<Record<string, string>>): Answer =>
    becamePage({ status, words, runId: place?.runId ?? null, accept: posted.accept, ...(headers && { headers }) });
  if (place === null) return say(404, ['There is nothing of this name.']);
  if (posted.body === null) return say(413, ['An answer is not that long.']);
  if (deps.rate.isBarred(posted.from)) return say(429, ['Too much that was wrong came from your address.'], { 'retry-after': '60' });
  const fields = fieldsOf(posted.body, posted.type);
  if (fields === null) return say(415, ['An answer is a form, or a JSON object of texts.']);
  const right = rightOf(fields, posted.authorization, place, deps);
  if (right === null) {
    deps.rate.wasWrong(posted.from);
    return say(401, ['Nothing was answered: neither the token nor a link of this run came with it.'], { 'www-authenticate': 'Bearer' });
  }
  if (right === 'expired')
    return say(410, ['This link has expired, and nothing was answered with it.', 'Ask for a new one: firebreak link']);
  const about = right.by === 'link' ? right.terms.about : (fields['plan'] ?? fields['about'] ?? '');
  if (about === '' && (place.kind === 'approve' || place.kind === 'reject'))
    return say(400, ['Nothing was answered: say with `plan` which plan was looked at.']);
  const given = givenOf({ right, fields, place, about }, deps);
  const became = await deps.rate.bounded(given.id, async () => {
    const before = right.by === 'link' ? await deps.answers.became(place.runId, given.id) : null;
    return before === null ? deps.answers.give(given, deps.signal) : { ...before, words: ['This link was used before.', ...before.words] };
  });
  if (became === null) return say(503, ['Too many answers are under way, or this one is.'], { 'retry-after': '5' });
  return say(STATUS_OF[became.kind], became.words);
}

const STATUS_OF: Readonly<Record<Became['kind'], number>> = {
  taken: 200,
  saved: 202,
  refused: 409,
  stale: 409,
  senseless: 409,
  ended: 409,
  expired: 410,
  unknown: 404,
};

interface PostPlace {
  readonly runId: string;
  readonly kind: AnswerKind;
}

function placeOf([first, runId, kind, ...more]: readonly string[]): PostPlace | null {
  const known = ANSWERS.find((name) => name === kind);
  return first === 'runs' && runId !== undefined && known !== undefined && more.length === 0 ? { runId, kind: known } : null;
}

function rightOf(fields: Fields, authorization: string | undefined, { runId, kind }: PostPlace, deps: PostDeps): Right | 'expired' | null {
  if (fields['link'] !== undefined) {
    const read = readLink(fields['link'], runId, deps.token, deps.clock.now());
    if (!read.ok) return read.why === 'expired' ? 'expired' : null;
    return mayWith(read.terms, kind) ? { by: 'link', terms: read.terms } : null;
  }
  const said = fields['token'] ?? /^Bearer ([\w~+/.=-]{1,500})$/i.exec(authorization ?? '')?.[1];
  return said !== undefined && isSame(said, deps.token) ? { by: 'token' } : null;
}

/** Who may say yes may say no. */
function mayWith(terms: LinkTerms, kind: AnswerKind): boolean {
  return terms.kind === kind || (terms.kind === 'approve' && kind === 'reject');
}

function givenOf(
  { right, fields, place, about }: { readonly right: Right; readonly fields: Fields; readonly place: PostPlace; readonly about: string },
  deps: PostDeps,
): Given {
  const name =
    plainLine(fields['name'] ?? '')
      .trim()
      .slice(0, LONGEST_NAME) || 'somebody';
  const own = /^[\w-]{8,64}$/.exec(fields['id'] ?? '')?.[0] ?? deps.newId();
  return {
    ...place,
    about,
    id: right.by === 'link' ? linkOrder(right.terms) : `page-${own}`,
    by: `${name} ${right.by === 'link' ? 'by a one-time link' : 'by the page'}`,
    reason: fields['reason'] ?? '',
  };
}
