import { cutTo } from '../../../src/core/clauses.ts';
import { begunWords, sentence } from '../../../src/core/sentence.ts';
import { refusedWords } from '../../../src/core/service/refused-users.ts';
import type { Evidence } from '../../../src/core/model/diagnosis.ts';
import { figureWords } from './case-news.ts';
import type { IncidentContext } from '../context.ts';
import { isRestore } from '../../../src/steps/put-back.ts';
import { isTheirs } from '../others/drift.ts';
import { instantOf } from '../events.ts';
import { stillIllWords } from '../ending/handing-back.ts';
import { diedWords } from '../health/recurring.ts';
import { byOthersWords } from '../others/by-others.ts';
import { withIncident } from './incident-words.ts';
import { ownBoundWords } from '../trial/own-bounds.ts';
import { askedNow } from './asked-again.ts';
import { answerWords } from './question.ts';
import { isRefused, SLOW_RETRY_MINUTES } from '../trial/refused-for-now.ts';
import { sayInstant } from './say-instant.ts';
import { inForceNow, isSuperseded, replacedByOthers, standingWords, oneWayWords, undoWords } from '../trial/in-force.ts';
import { currentStep } from '../steps.ts';
import { withUnproven } from '../health/unproven.ts';
import { waitingWords } from './waiting-told.ts';

/** Words for people: what the run says on its channels and in a support case. Facts of the context only. */

const MINUTE = 60_000;

/** Begins every report of progress, and nothing else. */
const PROGRESS = 'still ';

/** Whether words are those of a progress report. */
export function isProgress(words: string, { target }: Pick<IncidentContext, 'target'>): boolean {
  return words.startsWith(`${target}: ${PROGRESS}`);
}

/** Whoever writes no more does not work: it waits, or it watches. */
function atWhat(context: IncidentContext): string {
  const { escalation, supportCase, held, askedAt, restoreQueue } = context;
  const back = restoreQueue.map(({ service }) => service).join(', ');
  const triedOn = back !== '' && isRefused(context) ? `putting back ${back} is tried every ${SLOW_RETRY_MINUTES}m` : '';
  if (escalation !== null) {
    const who = supportCase?.name == null ? 'no support case is open' : `support case ${supportCase.name}`;
    const why = escalation.againAt === undefined ? escalation.reason : `since ${sayInstant(escalation.againAt)}: ${escalation.reason}`;
    return `${PROGRESS}watching, escalated since ${sayInstant(escalation.at)} (${why}; ${who}): nothing more is changed${triedOn === '' ? '' : `, but that ${triedOn}`}.`;
  }
  if (held !== null) return `${PROGRESS}held by ${held.by} since ${sayInstant(held.at)}: nothing is changed.`;
  if (askedAt !== null) return `${PROGRESS}waiting for an answer since ${sayInstant(askedAt)}: nothing is changed.`;
  const waits = waitingWords(context);
  if (waits !== '') return `${PROGRESS}waiting: ${waits}`;
  return triedOn === '' ? `${PROGRESS}working.` : `${PROGRESS}working: ${triedOn}.`;
}

export function progressWords(context: IncidentContext): string {
  const { look, mutations, target } = context;
  const inForce = inForceNow(context).filter((mutation) => mutation.end === 'in-force' && !isSuperseded(context, mutation)).length;
  const open = mutations.filter(({ outcome, end }) => outcome === 'applied' && (end === undefined || end === 'unknown')).length;
  const seen = look === null ? 'Nothing could be seen yet.' : `${look.headline} (seen ${sayInstant(look.at)}).`;
  const changes = `Changes in force: ${inForce}${open === 0 ? '' : `; sent, their end not known: ${open}`}.`;
  return withUnproven(context, `${target}: ${atWhat(context)} ${seen} ${changes}`);
}

/** `words` with the instant at which they are said. */
export function caseWordsNow(_context: IncidentContext, event: object, words: string): string {
  const now = instantOf(event);
  return Number.isFinite(now) ? `As of ${sayInstant(now)}: ${words}` : words;
}

export function stepDoneWords(context: IncidentContext): string {
  const step = currentStep(context);
  return `${context.target}: done: ${step?.title ?? 'step'}.`;
}

/** Of the reason of one step, and of a note to the plan. */
const MOST_OF_REASON = 320;
/** From here on a cause that is not the first is told beside it. */
const ALMOST_CERTAIN = 0.85;

export function planWords(context: IncidentContext): string {
  return wordsOfPlan(context, context.stepsDone);
}

/** The same for a plan that decides the same, whatever of it is done meanwhile: then it is told once. */
export function planTold(context: IncidentContext): string {
  return wordsOfPlan(context, []);
}

function wordsOfPlan(context: IncidentContext, done: readonly string[]): string {
  const { steps = [], notes = [] } = context.plan ?? {};
  const decided = (decision: string): typeof steps => steps.filter((step) => step.decision === decision);
  const named = (decision: string): string =>
    decided(decision)
      .map(({ title }) => title)
      .join('; ');
  const isDone = ({ id }: (typeof steps)[number]): boolean => done.includes(id);
  const applied = decided('apply').flatMap((step) => (isDone(step) ? [] : [`${step.title} (${cutTo(step.reason, MOST_OF_REASON)})`]));
  const before = decided('apply')
    .filter(isDone)
    .map(({ title }) => title);
  const [first, ...others] = context.diagnosis?.causes ?? [];
  const beside = others.filter(({ confidence }) => confidence >= ALMOST_CERTAIN).map(({ summary }) => `; also: ${summary}`);
  const { noticed = [] } = context.diagnosis ?? {};
  const well = noticed.length === 0 ? 'nothing wrong was found' : 'no goal is missed';
  const none = applied.length + before.length === 0 ? well : 'no cause stands out in this look, and the reason of each step stands with it';
  const cause = [first?.summary ?? none, ...noticed].join('; ') + beside.join('');
  const minded = notes.length === 0 ? '' : ` Mind: ${notes.map((note) => cutTo(note, MOST_OF_REASON)).join('; ')}.`;
  const parts = [
    ['Skipped', named('skip')],
    ['Vetoed', named('veto')],
  ].map(([word, titles]) => (titles === '' ? '' : ` ${word}: ${titles}.`));
  const { held, target } = context;
  const when =
    held === null ? 'Will apply' : `Would apply, and waits for whoever decides about the hold (${held.by}, ${sayInstant(held.at)})`;
  const nothing = before.length === 0 ? 'nothing' : 'nothing more';
  const made = before.length === 0 ? '' : ` Done before: ${before.join('; ')}.`;
  const words = `${target}: looked and diagnosed: ${cause}. ${begunWords(context.diagnosis)}${when}: ${applied.join('; ') || nothing}.${made}${minded}${parts.join('')}`;
  return withIncident(context, words);
}

export function questionWords(context: IncidentContext): string {
  const { target, question } = context;
  return `${target}: a decision is needed: ${question?.text ?? 'go on?'} ${answerWords(context)}${ownChangesWords(context)}`;
}

export function stillAskedWords(context: IncidentContext): string {
  const { target, question, plan } = context;
  const steps = (plan?.steps ?? []).filter(({ decision }) => decision === 'apply').map(({ title }) => title);
  const what = question === null ? `a yes or no to the plan: ${steps.join('; ')}. ${yesWords(context)}` : sentence(askedNow(context));
  return `${target}: a decision is still needed: ${what} Nothing is changed meanwhile.${ownChangesWords(context)}`;
}

/** A plan that waits for a yes, with the command that gives it: its hash alone says nothing to whoever reads it. */
export function approvalWords(context: IncidentContext): string {
  return `${planWords(context)}${theirsWords(context)} Nothing of it is sent without a yes. ${yesWords(context)}`;
}

function yesWords({ plan }: IncidentContext): string {
  return `\`firebreak why\` shows all of it, \`firebreak approve --plan ${plan?.hash.slice(0, 8) ?? ''}\` says yes.`;
}

/** Whoever is asked must know what this very run has made: it may be what fails. '' where nothing of it is in force. */
export function ownChangesWords(context: IncidentContext): string {
  const made = inForceNow(context).filter(({ outcome }) => outcome === 'applied');
  const newest = made.slice(-OWN_NAMED).map(({ title, at }) => `${title} (${sayInstant(at)})`);
  const earlier = made.length > OWN_NAMED ? ` and ${made.length - OWN_NAMED} before` : '';
  return made.length === 0 ? '' : ` In force by this run: ${newest.join('; ')}${earlier}.`;
}

const OWN_NAMED = 3;

const MOST_OF_QUESTION = 300;

/** Why somebody else must take over where no step has failed: who was asked what, and in vain; or that nothing is left to try. */
export function noMoveWords(context: IncidentContext): string {
  const { question, settings } = context;
  if (question === null) return 'the runbook has no move left';
  return `nobody answered within ${Math.round(settings.questionWithinMs / MINUTE)} min: ${cutTo(askedNow(context), MOST_OF_QUESTION)}`;
}

/** What was changed and has no way back; '' when everything has one. */
export function irreversibleWords({ mutations }: IncidentContext): string {
  const oneWay = mutations.filter(({ class: kind, outcome, end }) => kind === 'irreversible' && outcome === 'applied' && end !== 'failed');
  return oneWay.length === 0 ? '' : `Not undone, because it cannot be: ${oneWay.map(({ title }) => title).join('; ')}.`;
}

/** What the plan would change that a human has changed during the run; '' when nothing. */
export function theirsWords({ plan, adopted }: IncidentContext): string {
  const theirs = (plan?.steps ?? []).filter(({ id, decision }) => decision === 'apply' && isTheirs(id, Object.keys(adopted)));
  return theirs.length === 0
    ? ''
    : ` A human has changed since what would be changed again: ${theirs.map(({ title }) => title).join('; ')}.`;
}

/** What a case says below its reason, each line with its own time: it is read hours later. */
export function escalationFacts(context: IncidentContext, now: number): string {
  const { escalation, look, diagnosis, mutations, failure } = context;
  const isOld = diagnosis !== null && now - diagnosis.at > 5 * MINUTE;
  const causes = diagnosis?.causes ?? [];
  const lines = [
    ...(look === null
      ? ['No look could be taken.']
      : [
          `Seen ${sayInstant(look.at)}: ${look.headline}`,
          `Figures of that look (Cloud Monitoring and own requests): ${figureWords(look.indicators, null)}.`,
          ...failingWords(look.gates),
        ]),
    diagnosis === null
      ? 'Diagnosis: none was made.'
      : `Diagnosis of ${sayInstant(diagnosis.at)}${isOld ? ' (a newer one could not be made)' : ''}: ${causes.map((cause) => `${cause.kind} (${cause.subject}): ${cause.summary}`).join('; ') || 'no cause was found'}. ${begunWords(diagnosis)}`.trimEnd(),
    ...causes.flatMap((cause) => cause.evidence.slice(0, 3).map(evidenceWords)),
    ...mutations.map((mutation) => `Tried ${sayInstant(mutation.at)}: ${mutation.title}: ${standingWords(context, mutation)}`),
    irreversibleWords(context),
    ownBoundWords(context),
    ...(failure === null || escalation?.reason.includes(failure) === true ? [] : [`Failed: ${failure}`]),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

/** `all` only sums the others up. */
function failingWords(gates: NonNullable<IncidentContext['look']>['gates']): readonly string[] {
  const open = Object.entries(gates).filter(([gate, { outcome }]) => gate !== 'all' && outcome !== 'pass');
  return open.length === 0 ? [] : [`Do not pass in it: ${open.map(([gate, { because }]) => `${gate} (${because})`).join('; ')}.`];
}

/** Recovery that was not ours is told as that: what was well before a step of ours cannot have been mended by it. */
export function selfHealedWords(context: IncidentContext): string {
  const { plan, mutations } = context;
  const byOthers = byOthersWords(context);
  if (byOthers !== '') return byOthers;
  const left = (plan?.steps ?? []).flatMap(({ title, notNeededSince }) =>
    notNeededSince === undefined ? [] : [{ title, since: notNeededSince }],
  );
  const changed = mutations.some(({ outcome }) => outcome === 'applied');
  if (changed && inForceNow(context).every(({ stepId }) => isRestore(stepId))) return goneWords(context);
  if (left.length === 0) return changed || isNeverIll(context) ? '' : ' The services recovered by themselves, not by this run.';
  const since = sayInstant(Math.max(...left.map((step) => step.since)));
  const by = changed ? 'What had been changed until then was not tested as the reason.' : 'They recovered by themselves, not by this run.';
  return ` The services were healthy at ${since}, without ${left.map(({ title }) => title).join(', ')}: left out. ${by}`;
}

/** Nothing of the run's own is in force any more. What somebody put in its place may have followed its cure: then nothing is said of a cure. */
function goneWords(context: IncidentContext): string {
  const replaced = replacedByOthers(context).map((mutation) => `${mutation.title}: ${standingWords(context, mutation)}`);
  if (replaced.length === 0) return ' What this run had changed is put back: they recovered without it.';
  return ` Nothing that this run had changed is in force now: ${[...new Set(replaced)].join('; ')}.`;
}

/** It was never agreed to be ill, and no witness has spoken against it, or nothing was found to be wrong. */
function isNeverIll({ illSeenAt, illToldAt, diagnosis }: IncidentContext): boolean {
  return illSeenAt === undefined && (illToldAt === undefined || isNothingWrong(diagnosis));
}

/** Nothing was found, or only that not everything could be seen. */
function isNothingWrong(diagnosis: IncidentContext['diagnosis']): boolean {
  return diagnosis === null || diagnosis.healthy || diagnosis.causes.every(({ kind, subject }) => kind === 'unknown' && subject === '');
}

/** A stored line has an instant; how new it was when it was read says nothing to whoever reads it later. */
function evidenceWords({ at, text, source }: Evidence): string {
  const lasting = text.replaceAll(/ \((?:fresh|late)\)/g, '').replaceAll(/, (?:fresh|late)\)/g, ')');
  return `Evidence of ${at === null ? 'an unknown time' : sayInstant(at)}: ${lasting} [${source}]`;
}

export function lastWords(context: IncidentContext): string {
  const { outcome, failure, look, outbox } = context;
  const left = outcome === 'recovered' ? oneWayWords(context) : undoWords(context);
  const healed = outcome === 'recovered' ? `${selfHealedWords(context)}${diedWords(context)}${refusedAtTheEnd(context)}` : '';
  const why = failure === null ? '' : ` ${outcome === 'recovered' ? 'Failed before that' : 'Reason'}: ${sentence(failure)}`;
  const ill = outcome === 'restored' || outcome === 'aborted' ? stillIllWords(context) : '';
  const bound = ownBoundWords(context);
  const minded = bound === '' ? '' : ` Mind: ${sentence(bound)}`;
  const last = look === null ? '' : ` Last look (${sayInstant(look.at)}): ${sentence(look.headline)}`;
  const unsaid = outbox.length === 0 ? '' : ` Earlier: ${outbox.join(' | ')}`;
  return `${context.target}: ended ${endedAs(context)}. ${changedWords(context)}${healed}${left}${why}${ill}${minded}${last}${unsaid}${handedWords(context)}`;
}

function refusedAtTheEnd({ look }: IncidentContext): string {
  const refused = refusedWords(look?.indicators.turnedAway);
  return refused === null ? '' : ` ${refused} in the newest figures: that this is right is not proven, and people must say.`;
}

const ENDINGS: Readonly<Record<string, string>> = {
  recovered: 'recovered',
  restored: 'restored: put back as far as stands here, and not proven to be well',
  aborted: 'aborted: nothing is proven to be well',
  escalated: 'escalated: handed to people, and not proven to be well',
};

/** With what the word means to whoever hears it for the first time. */
function endedAs({ outcome }: IncidentContext): string {
  return outcome === null ? 'without an outcome' : (ENDINGS[outcome] ?? outcome);
}

/** What of the run's changes stands, then what does not and why. A canary that the whole has followed is no news. */
function changedWords(context: IncidentContext): string {
  const sent = context.mutations.filter((mutation) => mutation.outcome === 'applied' && !isSuperseded(context, mutation));
  if (sent.length === 0) return 'Nothing was changed.';
  const standing = sent.map((mutation) => ({
    title: mutation.title,
    words: standingWords(context, mutation),
    back: isRestore(mutation.stepId),
  }));
  const stands = standing.filter(({ words, back }) => words === 'in force' && !back).map(({ title }) => title);
  const over = standing.filter(({ words }) => words !== 'in force').map(({ title, words }) => `${title} (${words})`);
  const changed =
    stands.length === 0 ? 'No change of this run is known to be in force.' : `Changed, and in force now: ${stands.join('; ')}.`;
  return over.length === 0 ? changed : `${changed} Also sent: ${over.join('; ')}.`;
}

/** A case that outlives the run; or escalated without one, and nobody is known to have the text: once more, whole. */
function handedWords({ outcome, supportCase }: IncidentContext): string {
  const { name, closed, seen } = supportCase ?? {};
  if (name != null && closed !== true && seen?.state !== 'CLOSED')
    return ` The support case ${name} is left open${seen === undefined ? '' : ` (${seen.state}, read at ${sayInstant(seen.at)})`}${outcome === 'recovered' ? ': close it by hand' : ''}.`;
  const isOut = supportCase === null || supportCase.name !== null || supportCase.reached === true;
  return outcome !== 'escalated' || isOut ? '' : ` A human is needed. Text for the case:\n${supportCase.text}`;
}
