import { besideOf } from './beside.ts';
import { phaseAt } from '../../machines/incident/paths.ts';
import type { Diagnosis } from '../core/model/diagnosis.ts';
import type { Plan, StepDecision } from '../core/model/plan.ts';
import type { JournalLine } from '../ports/store.ts';
import { factsOf, failureOf, verdictOf } from './journal-facts.ts';
import type { JournalFacts, KnownEvent, TickFacts } from './journal-facts.ts';
import { escalationOf } from './escalation.ts';
import { fasterLines } from './faster.ts';
import { figuresIn } from './figures/figures.ts';
import { withStanding } from './changes/in-force.ts';
import { undoneIn } from './changes/undone.ts';
import { leftAsIsOf } from './changes/left-as-is.ts';
import { filledFrom, mutationsOf } from './changes/mutations.ts';
import { commandWords, questionsOf } from './questions.ts';
import { timelineOf } from './timeline.ts';
import { FIGURES_REACH } from './formatting.ts';
import type { ImprovementReport, MutationReport, NotBegun, PhaseReport, ReportExtras, RunReport, StepReport } from './run-report.ts';

/**
 * The report of a run, folded from its journal alone: the same lines give the same report, also years later. Lines it does
 * not know are ignored. An empty journal gives an empty report.
 */
export function buildReport(lines: readonly JournalLine[], extras: ReportExtras = {}): RunReport {
  const looks = allFacts(lines, 'observe.done');
  const diagnoses = allFacts(lines, 'diagnose.done');
  const plans = allFacts(lines, 'plan.done');
  const mutations = withStanding(filledFrom(extras.recorded ?? [], mutationsOf(lines)), lines);
  // A run that has ended may be signed later: that is no part of its time.
  const [first, last] = [lines[0] ?? null, lines.findLast(({ event }) => event === 'run.ended') ?? lines.at(-1) ?? null];
  const started = allFacts(lines, 'run.started')[0];
  const report: RunReport = {
    scenario: extras.scenario ?? started?.measures?.rehearsal?.scenario ?? null,
    seed: extras.seed ?? started?.measures?.rehearsal?.seed ?? null,
    runId: started?.runId ?? null,
    damage: extras.damage ?? null,
    target: started?.target ?? null,
    outcome: allFacts(lines, 'run.ended').at(-1)?.outcome ?? null,
    startedAt: first?.at ?? null,
    endedAt: last?.at ?? null,
    refusals: refusalsOf(lines),
    warnings: allFacts(lines, 'preflight.done').at(-1)?.warnings ?? [],
    phases: phasesOf(lines),
    diagnosis: mainDiagnosis(diagnoses),
    lastCause: lastCauseOf(diagnoses),
    mutations,
    undone: lines.map(undoneIn).filter((undone) => undone !== null),
    vetoes: stepsOf(plans, 'veto'),
    skips: stepsOf(plans, 'skip'),
    notBegun: notBegunOf(lines, mutations),
    escalation: escalationOf(lines),
    improvement: improvementOf(looks),
    verdicts: verdictsOf(lines, looks.at(-1)),
    timeline: timelineOf(lines),
    indicators: indicatorsOf(looks, mutations),
    told: toldOf(lines),
    stopped: stoppedBy(lines),
    questions: questionsOf(lines),
    undo: [...mutations]
      .reverse()
      .filter((mutation) => mutation.undo !== '')
      .map(({ title, undo }) => ({ title, how: undo })),
    leftAsIs: leftAsIsOf(lines),
    faster: [],
    annotations: annotationsOf(lines),
    beside: besideOf(lines),
    unknowns: diagnoses.at(-1)?.unknowns ?? [],
    ticks: looks.length,
    resumed: lines.filter((line) => line.event === 'run.resumed').length,
    virtualMs: first === null || last === null ? 0 : last.at - first.at,
    wallMs: extras.wallMs ?? null,
    requests: extras.requests ?? null,
  };
  return { ...report, faster: fasterLines(report, lines) };
}

/** The newest order to stop of a run that ended by it. */
function stoppedBy(lines: readonly JournalLine[]): string | null {
  if (allFacts(lines, 'run.ended').at(-1)?.outcome !== 'aborted') return null;
  const order = lines.findLast(({ kind, event }) => kind === 'command' && STOPS.includes(event));
  return order === undefined ? null : commandWords(order);
}

const STOPS = ['ABORT', 'REJECT'];

function allFacts<Event extends KnownEvent>(lines: readonly JournalLine[], event: Event): readonly JournalFacts[Event][] {
  return lines.map((line) => factsOf(line, event)).filter((facts) => facts !== null);
}

/** Of the preflight, or where it could not be carried out, why not. */
function refusalsOf(lines: readonly JournalLine[]): RunReport['refusals'] {
  if (allFacts(lines, 'run.ended').at(-1)?.outcome !== 'refused') return [];
  const said = allFacts(lines, 'preflight.done').at(-1)?.refusals ?? [];
  if (said.length > 0) return said;
  const failure = lines.map(failureOf).findLast((found) => found !== null);
  const why = failure === undefined ? 'it was not answered in time' : `${failure.code}: ${failure.message}`;
  return [{ check: 'preflight', why, fix: 'mend what is named here, then run again: nothing was begun' }];
}

/** The first diagnosis that found something: later ones see the world that the run has changed. */
function mainDiagnosis(diagnoses: readonly Diagnosis[]): Diagnosis | null {
  return diagnoses.find((diagnosis) => !diagnosis.healthy) ?? diagnoses[0] ?? null;
}

function lastCauseOf(diagnoses: readonly Diagnosis[]): RunReport['lastCause'] {
  const [first, last] = [mainDiagnosis(diagnoses)?.causes[0], diagnoses.at(-1)];
  const leading = last?.causes[0];
  if (last === undefined || leading === undefined || (leading.kind === first?.kind && leading.subject === first.subject)) return null;
  return { at: last.at, summary: leading.summary };
}

function phasesOf(lines: readonly JournalLine[]): readonly PhaseReport[] {
  const phases: PhaseReport[] = [];
  let present: string | null = null;
  for (const line of lines) {
    const name = phaseAt(line.states);
    if (name === present) continue;
    const left = phases.at(-1);
    if (left?.endedAt === null) phases[phases.length - 1] = { ...left, endedAt: line.at };
    if (name !== null) phases.push({ name, startedAt: line.at, endedAt: null });
    present = name;
  }
  return phases;
}

/** Each reason once: a plan made again mostly says the same. A figure in it that changed does not make it another reason. */
function stepsOf(plans: readonly Plan[], decision: StepDecision): readonly StepReport[] {
  const newest = new Map(plans.flatMap(({ steps }) => steps.map((step) => [step.id, keyOf(step)] as const)));
  const found = new Map<string, StepReport>();
  for (const step of plans.flatMap((plan) => plan.steps)) {
    const { id, title, reason, evidence } = step;
    if (step.decision !== decision || found.has(keyOf(step))) continue;
    found.set(keyOf(step), { stepId: id, title, reason, evidence, stands: newest.get(id) === keyOf(step) });
  }
  return [...found.values()];
}

function keyOf({ id, decision, reason }: Plan['steps'][number]): string {
  return `${id} ${decision} ${reason.replace(/\d+/g, '#')}`;
}

/** Meant to be done by the newest plan that knows the step, and never sent. */
function notBegunOf(lines: readonly JournalLine[], mutations: readonly MutationReport[]): readonly NotBegun[] {
  const sent = new Set(mutations.map(({ stepId }) => stepId));
  const planned = new Map<string, NotBegun>();
  for (const line of lines) {
    for (const { id, title, decision } of factsOf(line, 'plan.done')?.steps ?? []) {
      const since = planned.get(id)?.plannedAt ?? line.at;
      if (decision === 'apply' && !sent.has(id)) planned.set(id, { stepId: id, title, plannedAt: since });
      else planned.delete(id);
    }
  }
  return [...planned.values()];
}

function improvementOf(looks: readonly TickFacts[]): ImprovementReport {
  const times = looks.filter((look) => look.progress.improved).map((look) => ({ at: look.at, because: look.progress.because }));
  const last = looks.at(-1);
  return { times, goalsMet: last?.progress.goalsMet ?? false, last: last?.progress.because ?? null };
}

function verdictsOf(lines: readonly JournalLine[], look: TickFacts | undefined): RunReport['verdicts'] {
  const gates = Object.entries(look?.gates ?? {}).map(([gate, verdict]) => [gate, verdictOf(verdict)] as const);
  const validation = allFacts(lines, 'validate.done').at(-1)?.verdict;
  return { ...Object.fromEntries(gates), ...(validation === undefined ? {} : { validation }) };
}

/** After a change, figures that reach back before it are none: what was measured then is not what holds now. */
function indicatorsOf(looks: readonly TickFacts[], mutations: readonly MutationReport[]): RunReport['indicators'] {
  const before = looks[0]?.indicators ?? null;
  const sent = mutations.filter(({ outcome }) => outcome !== 'already').map(({ at }) => at);
  const changedAt = sent.length === 0 ? null : Math.max(...sent);
  const isAfter = ({ at }: TickFacts): boolean => changedAt === null || at - FIGURES_REACH >= changedAt;
  const after = looks.findLast(isAfter)?.indicators ?? null;
  const away = looks.flatMap(({ indicators: { turnedAway } }) => (turnedAway === undefined ? [] : [turnedAway]));
  const [mostTurnedAway] = [...away].sort((a, b) => b.count / b.of - a.count / a.of);
  return { before, after, changedAt, ...(mostTurnedAway === undefined ? {} : { mostTurnedAway }) };
}

function toldOf(lines: readonly JournalLine[]): RunReport['told'] {
  return lines.flatMap((line) => {
    const facts = factsOf(line, 'inform.done') ?? factsOf(line, 'conclude.done');
    if (facts === null || facts.text === '') return [];
    const { told: channels, text, reached = [], missed = [] } = facts;
    return [{ at: line.at, channels, text, reached, missed }];
  });
}

/** As the newest process says them: a document may be changed between two. */
function annotationsOf(lines: readonly JournalLine[]): RunReport['annotations'] {
  return figuresIn(lines).measures?.annotations ?? {};
}
