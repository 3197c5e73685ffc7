import { defined } from '../../core/defined.ts';
import type { CapacityReport } from '../../capacity/thresholds.ts';
import type { MonitorTick } from '../../controller/validating/monitor-tick.ts';
import { sayDuration } from '../../core/duration.ts';
import type { Diagnosis } from '../../core/model/diagnosis.ts';
import type { Plan } from '../../core/model/plan.ts';
import type { ValidationReport } from '../../core/model/verdict.ts';
import type { CaptureDiagnosis } from '../../diagnosis/capture/diagnose-capture.ts';
import { firstClause, instant, likelihood } from '../../report/formatting.ts';
import { listed } from './decision-summary.ts';
import type { DecisionSummary } from './decision-summary.ts';

/** What decides, by verb. Each says what was seen, as of when; none claims more than its verb has looked at. Pure. */

export function planDecides(diagnosis: Diagnosis, plan: Plan, unmeetable: readonly string[] = []): DecisionSummary {
  const applied = plan.steps.filter(({ decision }) => decision === 'apply');
  const mended =
    unmeetable.length === 0
      ? ''
      : `mend first what no run can (${unmeetable.length} ${unmeetable.length === 1 ? 'check' : 'checks'}, warned of below); then `;
  return { ...bothDecide(diagnosis, plan), next: `${mended}${nextOfPlan(diagnosis, plan, applied.length)}` };
}

export function lookDecides(diagnosis: Diagnosis, plan: Plan): DecisionSummary {
  return {
    ...bothDecide(diagnosis, plan),
    next: 'firebreak plan, which looks again where one look only suspects, and checks what a run would need',
  };
}

function bothDecide(diagnosis: Diagnosis, plan: Plan): Omit<DecisionSummary, 'next'> {
  return { wrong: wrongWords(diagnosis), ...planWords(plan), unknown: listed(diagnosis.unknowns, 'nothing that was asked for') };
}

function wrongWords({ healthy, at, causes, suspected, origins = [], away = [] }: Diagnosis): string {
  if (healthy) return `nothing at ${instant(at)}: everything needed was measured and meets its goal`;
  const [first, ...others] = causes;
  const cause = first === undefined ? 'no cause was found' : `${first.summary} (${likelihood(first)})`;
  const more = others.length === 0 ? '' : `; ${others.length} more possible ${others.length === 1 ? 'cause' : 'causes'}`;
  return `${suspected === undefined ? '' : 'suspected, not proven: '}${[`${cause}${more}`, ...origins, ...away].join('; ')}; as of ${instant(at)}`;
}

function planWords({ steps, question, awaits }: Plan): Pick<DecisionSummary, 'would' | 'oneWay'> {
  const applied = steps.filter(({ decision }) => decision === 'apply');
  const vetoed = steps.filter(({ decision }) => decision === 'veto').length;
  const takes = applied.reduce((sum, { expectedMs }) => sum + expectedMs, 0);
  const made = applied.map(({ title }) => title).join('; ');
  const rest = [
    vetoed === 0 ? '' : `${vetoed} vetoed`,
    question === null ? '' : `asks a human: ${firstOf(question.text, ' Also: ')}`,
    awaits === undefined || applied.length > 0 ? '' : `waits for: ${firstOf(awaits, '; ')}`,
  ].filter((part) => part !== '');
  const would =
    applied.length === 0 ? 'change nothing' : `make ${applied.length} of ${steps.length} steps in about ${sayDuration(takes)}: ${made}`;
  const oneWay = applied.filter(({ class: its }) => its === 'irreversible').map(({ title }) => title);
  return {
    would: [would, ...rest].join('; '),
    oneWay:
      applied.length === 0
        ? 'nothing would be changed'
        : oneWay.length === 0
          ? 'nothing: each of them can be undone'
          : `${oneWay.length} of ${applied.length} CANNOT BE UNDONE: ${oneWay.join('; ')}`,
  };
}

/** The first of several sayings; all of them stand behind. */
function firstOf(text: string, between: string): string {
  const [first, ...others] = text.split(between);
  return others.length === 0 ? defined(first) : `${defined(first)} (and more)`;
}

function nextOfPlan({ healthy }: Diagnosis, { question, awaits, hash }: Plan, applied: number): string {
  if (question !== null) return 'answer the question first, or firebreak run, which asks it and waits';
  if (applied > 0) return `firebreak run makes plan ${hash.slice(0, 8)}, if its own look says the same`;
  if (awaits !== undefined) return 'firebreak plan again in a few minutes, or firebreak run, which goes on looking';
  return healthy ? 'nothing; firebreak validate walks it as a user would' : 'firebreak diagnose --details: nothing in the document helps';
}

/** From lines alone nothing is planned: only what they speak against is known. */
export function captureDecides({ verdict, because, diagnosis, steps, isOver }: CaptureDiagnosis, name: string): DecisionSummary {
  const [first] = diagnosis.causes;
  const vetoed = steps.filter(({ decision }) => decision === 'veto').map(({ step }) => step);
  const wrong = {
    trouble: isOver ? 'something failed, and is over' : 'something fails',
    suspicion: 'a suspicion, no harm is proven',
    inconclusive: 'not known',
    quiet: 'nothing in these lines',
  };
  return {
    wrong: `${wrong[verdict]}: ${because}${first === undefined ? '' : `${because.includes(first.summary) ? '' : `; ${first.summary}`}, at ${first.subject} (${likelihood(first)})`}`,
    would:
      vetoed.length === 0
        ? 'nothing is planned from lines alone; they speak against no step'
        : `nothing is planned from lines alone; they veto: ${vetoed.join(', ')}`,
    oneWay: `nothing: ${name} was read, and no cloud was asked`,
    unknown: listed(diagnosis.unknowns, 'nothing that lines could tell'),
    next: verdict === 'quiet' ? 'nothing' : 'firebreak diagnose -f FILE looks at the environment itself',
  };
}

export function capacityDecides(
  { verdict, limits, at }: CapacityReport,
  starts: { readonly run: boolean; readonly whyNot: string | null },
): DecisionSummary {
  const begins = starts.run && starts.whyNot === null && verdict.outcome === 'fail';
  const whyNot = starts.run && starts.whyNot !== null ? `; no run is begun: ${starts.whyNot}` : '';
  const isGreen = verdict.outcome === 'pass';
  const open = limits
    .filter(({ figure, decides }) => figure === null && decides)
    .map(({ name, subject, verdict: { because } }) => `${name} of ${subject}: ${because}`);
  return {
    wrong: `${isGreen ? 'nothing' : verdict.outcome === 'fail' ? 'over' : 'not known'}: ${verdict.because}; as of ${instant(at)}`,
    would: begins ? 'begin a run, or go on with one, by capacity.startRun' : `change nothing: it looks${whyNot}`,
    oneWay: begins ? 'firebreak plan says what of that run cannot be undone' : 'nothing is changed',
    unknown: listed(open, 'nothing that decides'),
    next: isGreen ? 'nothing' : 'firebreak plan',
  };
}

export function validationDecides({ at, verdict, checks }: ValidationReport): DecisionSummary {
  const named = (outcomes: readonly string[]): readonly string[] =>
    checks
      .filter(({ verdict: { outcome } }) => outcomes.includes(outcome))
      .map(({ name, critical, verdict: { because } }) => `${name}${critical ? ' (critical)' : ''}: ${firstClause(because)}`);
  const failed = named(['fail']);
  const isWell = verdict.outcome === 'pass';
  const beside = failed.length === 0 ? '' : `; ${listed(failed, '')}`;
  return {
    wrong: `${isWell ? 'nothing that fails the validation' : verdict.outcome === 'fail' ? 'the validation FAILS' : 'not known'}: ${verdict.because}${beside}; as of ${instant(at)}`,
    would: isWell ? 'a run in its proof would go on to the soak' : 'a run could not end recovered before this passes',
    oneWay: 'nothing was written in Google Cloud; the requests of the validation were sent to the services',
    unknown: listed(named(['error', 'inconclusive']), 'nothing that was asked for'),
    next: isWell ? 'nothing' : 'firebreak diagnose',
  };
}

export function tickDecides({ at, outcome, component, cause, headline, unknowns, trend }: MonitorTick): DecisionSummary {
  const isWell = outcome === 'pass';
  const where = cause === null ? '' : `; ${cause.replaceAll('-', ' ')}${component === null ? '' : ` at ${component}`}`;
  return {
    wrong: `${isWell ? 'nothing' : outcome === 'fail' ? 'UNHEALTHY' : 'not known'}: ${headline}${where}; as of ${instant(at)}`,
    would: `change nothing: it looks; trend ${trend.direction}: ${trend.because}`,
    oneWay: 'nothing is changed',
    unknown: listed(unknowns, 'nothing that was asked for'),
    next: isWell ? 'nothing' : 'firebreak plan',
  };
}
