import { begunWords } from '../core/sentence.ts';
import type { PlanQuestion, PlanStep } from '../core/model/plan.ts';
import { sayCures } from '../diagnosis/cures.ts';
import { shutDomains } from '../diagnosis/witnesses/way-in.ts';
import { isOnService, KINDS, nameIn } from '../steps/index.ts';
import { kindOf } from '../steps/kinds.ts';
import { remedyWords } from './remedies/remedy-words.ts';
import { scopeWithoutText } from './sources.ts';
import type { Decided, PlanScope } from './step-decisions.ts';
import { failingIn, failWords } from './trouble.ts';

/** What people are asked where users are not served and the document has no step for it. Pure. */

const NO_REMEDY = 'no-remedy';

/** Its words begin with the trouble by themselves. */
export function isNoRemedy({ id }: PlanQuestion): boolean {
  return id.split(' ').includes(NO_REMEDY);
}

/** Users are not served, and nothing in the document helps: better a human now than hours of waiting. */
export function noRemedyQuestion(scope: PlanScope, decided: readonly Decided[]): readonly PlanQuestion[] {
  const steps = decided.map(({ step }) => step);
  const failing = failingIn(scope);
  const door = scope.gates['way-in'];
  const isShut = door?.outcome === 'fail';
  if (scope.diagnosis.healthy || (failing.length === 0 && !isShut) || steps.some((step) => step.decision === 'apply')) return [];
  const [cause] = scope.diagnosis.causes;
  const why = failing.length === 0 && isShut ? door.because : (cause?.summary ?? 'no cause was found');
  const shut = shutDomains(scope.observation, scope.spec);
  const who = shut.length === 0 ? 'users' : `users of ${shut.join(', ')}`;
  const what = failing.length === 0 ? `${who} do not get in` : failWords(scope, failing, why);
  const leftOut = failing.length === 0 ? [] : steps.filter(isAbout(failing));
  const remedy = failing.length === 0 ? '' : remedyWords(scope, cause);
  const cure = cause === undefined || remedy === '' ? '' : `, and what cures it is ${sayCures(cause)}`;
  const [tried] = decided.flatMap(({ step, mayTry }) => (mayTry !== undefined && leftOut.includes(step) ? [mayTry] : []));
  return [
    {
      id: tried === undefined ? NO_REMEDY : `${NO_REMEDY} ${tried.id}`,
      text: `${what}, and no step of the document helps: ${why}. ${begunWords(scope.diagnosis)}${remedy}${leftOutWords(leftOut, [why, cure])}${offeredWords(scope)}${tried?.text ?? 'What shall be done?'}`,
      evidence: cause?.evidence ?? [],
    },
  ];
}

/** What the document does not ask for and the evidence speaks for, also without the lines of programs: people may do it, by hand. */
function offeredWords(scope: PlanScope): string {
  const proven = offersOf(scopeWithoutText(scope) ?? scope).map(({ title }) => title);
  return offersOf(scope)
    .filter(({ title }) => proven.includes(title))
    .map(
      ({ title, reason, commands: [command = ''] }) =>
        `Not in the document, but the evidence speaks for it: ${title} (${reason}): ${command}. `,
    )
    .join('');
}

function offersOf(scope: PlanScope): readonly PlanStep[] {
  return KINDS.flatMap((kind) => kindOf(kind).offers(scope)).map(({ step }) => step);
}

/** Steps of these services, and those that are of no service alone. */
function isAbout(services: readonly string[]): (step: PlanStep) => boolean {
  return ({ id, kind }) => !isOnService(kind) || services.includes(nameIn(id));
}

const LEFT_OUT_NAMED = 3;

/**
 * Why each step of the document is none, what stands in the way of one before what is not needed: a human would try it first. What was just
 * said is not said again.
 */
function leftOutWords(steps: readonly PlanStep[], [cause, cure]: readonly [string, string]): string {
  const reasons = steps
    .toSorted((a, b) => Number(b.decision === 'veto') - Number(a.decision === 'veto'))
    .slice(0, LEFT_OUT_NAMED)
    .map(
      ({ title, reason }) => `${title}: ${reason.replace(`${cause}: `, '').replace(`${cause}; `, '').replace(cure, '').replace(/\.$/, '')}`,
    );
  const more = steps.length > LEFT_OUT_NAMED ? `; and ${steps.length - LEFT_OUT_NAMED} more` : '';
  return reasons.length === 0 ? '' : `Left out: ${reasons.join('; ')}${more}. `;
}
