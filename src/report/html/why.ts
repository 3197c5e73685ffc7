import type { Cause, Evidence, Why } from '../../core/model/diagnosis.ts';
import { notDoneOf } from '../not-done.ts';
import type { RunReport, StepReport } from '../run-report.ts';
import { HOW_SHARED, instant, likelihood, sharesOf } from '../formatting.ts';
import { h, list, NOTHING, opens } from './markup.ts';
import type { Html } from './markup.ts';
import { clock, several } from './says.ts';

/** What is wrong, how sure that is, and on what it stands. */
export function whySection({ diagnosis }: RunReport): readonly (Html | null)[] {
  if (diagnosis === null || diagnosis.healthy) return [];
  const { causes, whys, suspected = [] } = diagnosis;
  const shares = sharesOf(causes);
  const found = causes.map(
    (cause, nth) => h`<li><h3>${cause.kind.replaceAll('-', ' ')} <span class="quiet">${cause.subject}</span></h3>
<p class="share">${shareOf(cause, shares?.[nth] ?? null)}${likelihood(cause)}</p>
<p>${cause.summary}</p>${evidenceOf(cause.evidence)}</li>`,
  );
  const steps = whys.map((why) => {
    const evidence = [...(why.evidence ?? []), ...(causeBehind(why, causes)?.evidence ?? [])];
    return h`<li><b>${why.why}</b> ${why.because}${evidence.length === 0 ? NOTHING : evidenceOf(evidence)}</li>`;
  });
  return [
    h`<p class="note">${`As diagnosed at ${instant(diagnosis.at)}. The figure beside a word says how often such a judgement was right.${shares === null ? '' : ` ${HOW_SHARED}`}`}</p>`,
    suspected.length === 0 ? null : h`<p>${`Only suspected, no witness agrees: ${suspected.join(', ')}`}</p>`,
    found.length === 0 ? h`<p>No cause was found.</p>` : h`<ol class="causes">${found}</ol>\n`,
    steps.length === 0 ? null : h`<h3>The whys</h3><ol>${steps}</ol>\n`,
  ];
}

function shareOf({ share }: Cause, words: string | null): Html {
  if (words === null) return NOTHING;
  return h`<svg width="84" height="8" role="img"><title>${`share ${words}`}</title><rect class="rest" width="84" height="8"/><rect class="part" width="${Math.round(share * 84)}" height="8"/></svg> ${words} of what is wrong · `;
}

/** A why is written from a cause: what that stands on, it stands on. Former versions did not note which. */
function causeBehind({ because, of }: Why, causes: readonly Cause[]): Cause | null {
  if (of !== undefined) return causes[of] ?? null;
  return causes.find(({ summary }) => summary !== '' && because.includes(summary)) ?? null;
}

function evidenceOf(evidence: readonly Evidence[]): Html {
  const lines = evidence.map(
    ({ source, at, text }) => h`${text} <span class="quiet">${at === null ? '' : `${clock(at)} · `}<code>${source}</code></span>`,
  );
  return opens(several(evidence.length, 'piece of evidence', 'pieces of evidence'), list(lines));
}

/** Steps that were vetoed, left out or not begun. A reason that was over later has only put the step off. */
export function notDone(report: RunReport): readonly (Html | null)[] {
  const { vetoed, leftOut, notBegun, putOff } = notDoneOf(report);
  const planned = list(notBegun.map(({ title, words }) => h`<b>${title}</b>: ${words}`));
  const earlier = opens(`${several(putOff.length, 'reason')} of earlier plans, which later ones no longer gave`, told(putOff));
  return [
    notBegun.length === 0 ? null : h`<h3>Planned, and not begun</h3>${planned}`,
    headed('Vetoed by evidence', vetoed),
    headed('Left out', leftOut),
    putOff.length === 0 ? null : h`<div class="put-off">${earlier}</div>\n`,
  ];
}

function headed(title: string, steps: readonly StepReport[]): Html | null {
  return steps.length === 0 ? null : h`<h3>${title}</h3>${told(steps)}`;
}

function told(steps: readonly StepReport[]): Html {
  return list(steps.map((step) => h`<b>${step.title}</b>: ${step.reason}${evidenceOf(step.evidence)}`));
}
