import type { PlanStep } from '../../../src/core/model/plan.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { nameIn, serviceOf, STEPS } from '../../../src/steps/index.ts';
import { isRestore } from '../../../src/steps/put-back.ts';
import { dependsOn, serviceIn } from '../../../src/steps/subjects.ts';
import type { IncidentContext } from '../context.ts';
import { restoreList } from '../steps.ts';
import { usersIllStill } from '../health/users-ill.ts';

/** Whether a run that has no step left may end with its traffic put back, or somebody must be called. Pure. */

interface Scope {
  readonly context: IncidentContext;
}

/** Looks in a row in which a service fails, until it is agreed. */
const AGREED_LOOKS = 3;

/** Nothing of this run's was ever put back, and nothing is left to be: whatever is wrong goes on as it was found. */
export const nothingWasOurs = ({ context }: Scope): boolean => {
  const putBack = context.mutations.some(({ stepId, outcome, end }) => outcome === 'applied' && (end === 'put-back' || isRestore(stepId)));
  return !putBack && restoreList(context).length === 0;
};

/** All that was tried has moved users away from a revision, was undone, and that one is known to fail them: nobody has mended it. */
export function backOnWhatFails(context: IncidentContext): boolean {
  const tried = Object.values(context.undone);
  const onlyMoved = tried.length > 0 && tried.every(({ change }) => change !== null && STEPS[change.kind].way === 'traffic');
  return onlyMoved && restoreList(context).length === 0 && Object.keys(usersIllStill(context)).length > 0;
}

/** By itself, and beside what was tried something else is ill: putting traffic back mends none of that. */
export const othersIll = ({ context }: Scope): boolean => isByItself(context) && othersFailing(context, AGREED_LOOKS).length > 0;
/** A witness speaks against it now, in too few looks to say so: one look decides nothing, and is not looked away from. */
export const othersUnclear = ({ context }: Scope): boolean => isByItself(context) && othersSuspected(context).length > 0;

/** A human who says rollback has the incident. */
const isByItself = ({ rollback }: IncidentContext): boolean => rollback === null;

/** Services that fail and that no step which failed, and nothing that was put back, has to do with. */
function othersFailing(context: IncidentContext, looks: number): readonly string[] {
  return illNow(context, looks).filter((name) => isOther(context, name));
}

function othersSuspected(context: IncidentContext): readonly string[] {
  const { look, witnessed } = context;
  return Object.entries(witnessed.at(-1)?.services ?? {}).flatMap(([name, said]) => {
    const isIll = Object.values(said).includes('ill') && look?.gates[`healthy:${name}`]?.outcome !== 'pass';
    return isIll && isOther(context, name) ? [name] : [];
  });
}

function isOther(context: IncidentContext, name: string): boolean {
  const tried = triedServices(context);
  return !tried.includes(name) && !tried.some((other) => dependsOn(context.settings.services, name, other));
}

function triedServices({ undone, mutations }: IncidentContext): readonly string[] {
  const put = mutations.flatMap(({ stepId, after, end }) => (end === 'put-back' || isRestore(stepId) ? (serviceIn(after) ?? []) : []));
  return [...Object.keys(undone).map(nameIn), ...put];
}

function illNow({ failing }: IncidentContext, looks: number): readonly string[] {
  return Object.entries(failing).flatMap(([gate, count]) =>
    gate.startsWith('healthy:') && count >= looks ? [gate.slice('healthy:'.length)] : [],
  );
}

/** Why it is handed over instead of ended. */
export function othersWords(context: IncidentContext): string {
  const agreed = othersFailing(context, AGREED_LOOKS);
  const names = agreed.length > 0 ? agreed : othersSuspected(context);
  const said = names.map((name) => context.look?.gates[`healthy:${name}`]?.because ?? name);
  const why = sentence(context.failure ?? 'a step failed');
  return `${why} Besides, ${names.join(', ')} ${agreed.length === 0 ? 'may be' : names.length === 1 ? 'is' : 'are'} ill, and nothing that was tried was for ${names.length === 1 ? 'it' : 'them'}: ${said.join('; ')}`;
}

/** What became of the steps that failed, as it is: only what was once in force can have been undone. */
export function triedWords(context: IncidentContext): string {
  const { failure, undone, mutations } = context;
  const first = failure ?? Object.values(undone)[0]?.because ?? 'a step failed';
  const sent = new Set(mutations.filter(({ outcome }) => outcome === 'applied').map(({ stepId }) => stepId));
  const tried = Object.keys(undone);
  const without = tried.filter((stepId) => !sent.has(stepId)).length;
  const kept = tried.filter((stepId) => undone[stepId]?.kept === true).length;
  const became =
    kept > 0
      ? `${kept === tried.length ? 'what failed is' : 'some of what failed is'} left in force, because to put it back would serve users no better`
      : without === 0
        ? 'what failed was undone'
        : without === tried.length
          ? 'nothing of what failed was ever in force, so nothing was undone'
          : 'what failed was undone where it was in force';
  return `${first.replace(/\.{1,3}$/, '')}; ${became}, and no other step is known to help${leftOutWords(context)}`;
}

/** Steps that nothing was known to speak for, of services that are not well: a human may know more. */
function leftOutWords({ plan, undone, look }: IncidentContext): string {
  const isOfIll = ({ change }: PlanStep): boolean => {
    const service = change === null ? null : serviceOf(change);
    return service !== null && (look?.gates[`healthy:${service}`]?.outcome ?? 'pass') !== 'pass';
  };
  const left = (plan?.steps ?? []).filter(
    (step) => step.decision === 'skip' && step.class === 'reversible' && !Object.hasOwn(undone, step.id) && isOfIll(step),
  );
  return left.length === 0 ? '' : ` (left out: ${left.map(({ title, reason }) => `${title}: ${reason}`).join('; ')})`;
}

/** For last words: what users have at the end, where that is not well. */
export function stillIllWords({ look }: IncidentContext): string {
  const all = look?.gates['all'];
  if (all?.outcome === 'pass') return '';
  if (all?.outcome !== 'fail') return ' Whether users are served well could not be seen at the end: a human must look.';
  return ' It is not mended: a human is needed.';
}
