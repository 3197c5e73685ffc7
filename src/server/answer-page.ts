import { h, list, NOTHING } from '../report/html/markup.ts';
import { servedPage } from './served-page.ts';
import type { Answer } from './reply.ts';
import { askedCard, answerForm, takenNow } from './question-card.ts';
import type { Way } from './question-card.ts';
import { ORDER_EFFECTS, tooLate } from '../report/answer-validity.ts';
import type { AnswerKind, LinkTerms } from './links.ts';
import type { ToldRun } from './runs.ts';

export interface Said {
  readonly status: number;
  /** Sentences, the first one the answer. */
  readonly words: readonly string[];
  readonly runId: string | null;
  readonly accept: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What became of an answer: as a page for a browser, else as JSON. */
export function becamePage({ status, words, runId, accept, headers = {} }: Said): Answer {
  if (accept?.includes('text/html') !== true)
    return { status, type: 'application/json', body: `${JSON.stringify({ taken: status === 200, words })}\n`, headers };
  const [first = '', ...rest] = words;
  const back = runId === null ? h`<a href="/">All runs</a>` : h`<a href="/runs/${encodeURIComponent(runId)}">To the run</a>`;
  const tone = status === 200 ? 'good' : status === 202 ? 'open' : 'bad';
  const body = h`<header class="${tone}"><h1>${first}</h1></header>${list(rest)}<p>${back}</p>`;
  return { status, type: 'text/html', headers, body: servedPage({ title: first, body, live: null }) };
}

/** A one-time link as it is opened: what is asked, and buttons. It writes nothing. */
export function linkPage(shown: ToldRun, terms: LinkTerms, link: string): Answer {
  const { run, told, answers } = shown;
  const asks = told.status?.asks;
  const may: readonly AnswerKind[] = terms.kind === 'approve' ? ['approve', 'reject'] : [terms.kind];
  const kinds = takenNow(shown).filter((kind) => may.includes(kind));
  const isAsked = terms.about !== '';
  const late = isAsked ? tooLate(asks, terms.about, told.report) : null;
  if (late !== null) return refused(run.runId, late.kind === 'expired' ? 410 : 409, late.words);
  if (kinds.length === 0) return refused(run.runId, 409, [`The run takes no ${terms.kind} as it stands: nothing was done with this link.`]);
  const way: Way = { by: 'link', link };
  const until = `This link counts once, until ${new Date(terms.expiresAt).toISOString().slice(0, 16).replace('T', ' ')}Z.`;
  const card =
    isAsked && asks !== undefined
      ? askedCard(
          asks,
          answers.filter(({ order }) => kinds.some((kind) => kind.toUpperCase() === order)),
          shown.now,
        )
      : h`<p>${ORDER_EFFECTS[terms.kind as keyof typeof ORDER_EFFECTS]}</p>`;
  const body = h`<p class="meta"><a href="/runs/${encodeURIComponent(run.runId)}">The run ${run.runId}</a> of ${run.target}</p>
${isAsked ? NOTHING : h`<h1>${terms.kind === 'hold' ? 'Hold this run?' : 'Let this run go on?'}</h1>`}${card}${answerForm(run.runId, isAsked ? asks : undefined, kinds, way)}
<p class="meta">${until}</p>`;
  return { status: 200, type: 'text/html', body: servedPage({ title: `${run.target}: answer`, body, live: null }) };
}

function refused(runId: string, status: number, words: readonly string[]): Answer {
  return becamePage({ status, words, runId, accept: 'text/html' });
}
