import type { Asked, AskedStep } from '../ports/store.ts';
import { ORDER_EFFECTS, subjectOf } from '../report/answer-validity.ts';
import { h, list, NOTHING, opens } from '../report/html/markup.ts';
import type { Html } from '../report/html/markup.ts';
import { ANSWERS } from './links.ts';
import type { AnswerKind } from './links.ts';
import { instant } from './rail-section.ts';
import type { ShownAnswer, ToldRun } from './runs.ts';

/** By what the forms of a page let a person answer; null: by nothing. */
export type Way = { readonly by: 'token'; readonly id: string } | { readonly by: 'link'; readonly link: string };

/** What is asked, with every step's diff and what cannot be undone, until when, what follows, and what each answer would do. */
export function askedCard(asks: Asked, answers: readonly ShownAnswer[], now: number | null): Html {
  const { question, evidence = [], steps = [], until, otherwise } = asks;
  const oneWay = steps.filter(({ irreversible }) => irreversible).length;
  return h`<section id="asked" class="ask" aria-labelledby="asked-h"><h2 id="asked-h">NEEDS YOU</h2>
<p><b>${until === null ? 'Without a deadline.' : h`Until ${instant(until, now)}.`}</b> If nobody answers: ${otherwise}.</p>
<p class="lead" role="status">${question}</p>
${oneWay === 0 ? NOTHING : h`<p><b class="one-way">${oneWay} of ${steps.length} ${steps.length === 1 ? 'step' : 'steps'} CANNOT BE UNDONE.</b></p>`}
${list(evidence.map((line) => h`<span class="quiet">because</span> ${line}`))}
${steps.length === 0 ? NOTHING : h`<ol class="steps">${steps.map(stepItem)}</ol>\n`}
${answersList(answers)}</section>\n`;
}

function stepItem({ title, reason, needsYes, irreversible, diff, undo }: AskedStep): Html {
  const badge = irreversible
    ? h` <span class="badge irreversible">cannot be undone</span>`
    : h` <span class="badge reversible">can be undone</span>`;
  return h`<li><b>${title}</b>${badge}<br><span class="quiet">${needsYes === null ? 'goes with the plan' : `waits for a yes: ${needsYes}`}</span>
<pre class="diff">${diff.map(diffLine)}</pre>
<p>${irreversible ? h`<b class="one-way">Cannot be undone:</b> ` : h`Way back: `}${undo.replace(/^cannot be undone: /, '')}</p>
${opens('Why this step', h`<p>${reason}</p>`)}</li>\n`;
}

/** The sign stays: what came and what went is never told by colour alone. */
function diffLine(line: string): Html {
  const kind = line.startsWith('+') ? 'came' : line.startsWith('-') ? 'went' : 'same';
  return h`<span class="${kind}">${line}</span>\n`;
}

/** What can be said to the run now, what it would do, and how to say it in a shell. */
export function answersList(answers: readonly ShownAnswer[]): Html {
  if (answers.length === 0) return NOTHING;
  const rows = answers.map(({ order, command, does }) => h`<dt>${titleOf(order)}</dt><dd>${does}<br><code>${command}</code></dd>`);
  return h`<h3>What each answer would do</h3><dl>${rows}</dl>\n`;
}

/** The buttons that answer, with what the server needs to know; what is typed into the form of one question stays while it is asked. */
export function answerForm(runId: string, asks: Asked | undefined, kinds: readonly AnswerKind[], way: Way): Html {
  if (kinds.length === 0) return NOTHING;
  return h`<div class="answer" data-key="${asks === undefined ? '' : subjectOf(asks)} ${kinds.join(' ')}">${formOf(runId, asks, kinds, way)}</div>\n`;
}

function formOf(runId: string, asks: Asked | undefined, kinds: readonly AnswerKind[], way: Way): Html {
  const about = asks === undefined ? '' : subjectOf(asks);
  const hidden =
    way.by === 'link'
      ? h`<input type="hidden" name="link" value="${way.link}">`
      : h`<input type="hidden" name="about" value="${about}"><input type="hidden" name="id" value="${way.id}">`;
  const token =
    way.by === 'link'
      ? NOTHING
      : h`<label>Token <input name="token" type="password" required autocomplete="current-password" maxlength="500"></label>\n`;
  const buttons = kinds.map(
    (kind) =>
      h`<button type="submit" class="${kind}" formaction="/runs/${encodeURIComponent(runId)}/${kind}">${titleOf(kind)}${
        kind === 'approve' && asks?.plan != null && about === asks.plan ? ` plan ${about.slice(0, 8)}` : ''
      }</button>\n`,
  );
  return h`<form method="post">${hidden}
<label>Your name <input name="name" autocomplete="name" maxlength="80"></label>
${token}<label class="wide">Why, for the journal <input name="reason" maxlength="500" autocomplete="off"></label>
<p class="buttons">${buttons}</p></form>\n`;
}

/** What the run would take as it stands, of all that can be said by a page. */
export function takenNow({ told, answers }: Pick<ToldRun, 'told' | 'answers'>): readonly AnswerKind[] {
  const orders = [...answers.map(({ order }) => order), ...(told.status?.accepts?.includes('HOLD') === true ? ['HOLD'] : [])];
  return ANSWERS.filter((kind) => orders.includes(kind.toUpperCase()));
}

/** What may be done beside the question: stop all writing, or let it go on. */
export function orderForm(runId: string, kinds: readonly AnswerKind[], way: Way): Html {
  const [kind] = kinds.filter((each) => each === 'hold' || each === 'resume');
  if (kind === undefined) return NOTHING;
  const effect = ORDER_EFFECTS[kind as keyof typeof ORDER_EFFECTS];
  const form = formOf(runId, undefined, [kind], way);
  return h`<div class="answer" data-key="order ${kind}">${opens(h`<b>${titleOf(kind)}</b>: ${effect}`, form)}</div>\n`;
}

function titleOf(order: string): string {
  return order.charAt(0).toUpperCase() + order.slice(1).toLowerCase();
}
