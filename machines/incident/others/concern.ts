import { fact, isOnService, nameIn, serviceOf, STEPS, subjectOf } from '../../../src/steps/index.ts';
import { dependsOn, ofConnector, serviceIn, serviceOfSubject, subjectFor } from '../../../src/steps/subjects.ts';
import type { Plan, PlanStep } from '../../../src/core/model/plan.ts';
import type { IncidentContext } from '../context.ts';

/** Whether a change by somebody else is this run's business. Pure. */

/** Looks in which no witness may speak against a service that is left to others. */
const CLEAR_LOOKS = 5;

/**
 * The run has changed it, a step takes its settings, what the run writes by this plan depends on it, or the document lets the run write it.
 * A step that the plan in hand leaves out may be applied by the next one, made on the very look that shows the change: the plan narrows the
 * last only for what is apart from all that is to be done. Before there is a plan, everything concerns the run.
 */
export function concerns(context: IncidentContext, name: string): boolean {
  const { plan } = context;
  if (plan === null) return true;
  const touched = touchedByRun(context);
  if (touched.includes(name) || (mayBeWritten(plan, name) && !isApart(context, plan, name))) return true;
  const changes = plan.steps.flatMap(({ decision, change }) => (decision === 'apply' && change !== null ? [change] : []));
  if (changes.some((change) => fact(change, 'likeOf') === name)) return true;
  const written = changes.flatMap((change) => serviceOf(change) ?? []);
  return [...written, ...touched].some((of) => dependsOn(context.settings.services, of, name));
}

/** A plan holds a step, whatever it decides of it, for all that the document lets the run change. */
export function mayBeWritten({ steps }: Plan, name: string): boolean {
  return steps.some(({ id }) => subjectOf(id) === subjectFor(name));
}

/**
 * It is well, and whatever is to be done is about services that neither call it nor are called by it. What a step makes of a connector, or of
 * connections to a database, meets all that share it: nothing is apart from that.
 */
function isApart(context: IncidentContext, plan: Plan, name: string): boolean {
  const { services } = context.settings;
  const steps = mayBeMade(context, plan);
  const subjects = [...steps.map(({ id }) => subjectOf(id)), ...touchedByRun(context).map(subjectFor)];
  const isBound = (subject: string): boolean => {
    const of = serviceOfSubject(subject);
    return of === null || of === name || dependsOn(services, of, name) || dependsOn(services, name, of);
  };
  return isClear(context, name) && !steps.some(({ kind }) => meetsOthers(kind)) && !subjects.some(isBound);
}

/** Decided, or still open while what it is about is not known to be well. */
function mayBeMade(context: IncidentContext, plan: Plan): readonly PlanStep[] {
  const isOpen = plan.awaits !== undefined || plan.question !== null;
  return plan.steps.filter(({ id, kind, decision }) => decision === 'apply' || (isOpen && !isWellAt(context, kind, nameIn(id))));
}

function isWellAt(context: IncidentContext, kind: PlanStep['kind'], name: string): boolean {
  return isOnService(kind) ? isClear(context, name) : context.look?.gates[ofConnector(name)]?.outcome === 'pass';
}

/** What it changes is shared by services. */
function meetsOthers(kind: PlanStep['kind']): boolean {
  return STEPS[kind].way === 'in-place' || STEPS[kind].way === 'bounds' || STEPS[kind].spares !== null;
}

/** No witness has spoken against it lately. */
function isClear({ look, witnessed }: IncidentContext, name: string): boolean {
  const said = witnessed.slice(-CLEAR_LOOKS).flatMap(({ services }) => Object.values(services[name] ?? {}));
  return look?.gates[`healthy:${name}`]?.outcome !== 'fail' && !said.includes('ill');
}

function touchedByRun({ mutations, restoreQueue }: IncidentContext): readonly string[] {
  return [...mutations.flatMap(({ after }) => serviceIn(after) ?? []), ...restoreQueue.map(({ service }) => service)];
}
