import type { Cure } from '../../core/model/diagnosis.ts';
import type { ConnectorState } from '../../core/model/observation.ts';
import type { ConnectorConfig, PlanStep } from '../../core/model/plan.ts';
import { MINUTE } from '../../core/duration.ts';
import { EVIDENCE_ASKED } from '../../core/evidence-asked.ts';
import type { Agreement } from '../../diagnosis/agreement.ts';
import { diesOfItself, readCrash } from '../../diagnosis/crash.ts';
import { percent } from '../../diagnosis/observation-queries.ts';
import { fittingTimeouts } from '../../diagnosis/timeouts.ts';
import { agreedCause, isBeyond, sayCures } from '../../planning/cures-brought.ts';
import { legalTarget } from './limits.ts';
import type { LegalTarget } from './limits.ts';
import { connectorCommands, connectorDiff } from './words.ts';
import { apply, ask, askUnread, blankOf, causesOf, SATURATION_FROM, skip, veto, VETO_FROM, wait } from '../../planning/step-decisions.ts';
import type { Decided, PlanScope } from '../../planning/step-decisions.ts';

/** Minutes as observed for failing ones; no number is published for successful updates (gcp-facts 1.6). */
const EXPECTED = 5 * MINUTE;

/** More room on the way into the network, and nothing else. */
const BROUGHT: readonly Cure[] = ['capacity', 'network'];

/** Absent lines are not lines that say nothing. */
const LINES_UNREAD = 'whether its clients time out could not be read';

/** The step that scales the connector, or null when the document names none. */
export function connectorStep(scope: PlanScope): Decided | null {
  const wanted = scope.spec.connector;
  if (wanted === null) return null;
  const seen = scope.observation.connector?.state;
  const blank = blankStep(scope, wanted.name);
  if (scope.diagnosis.healthy) return skip(blank, 'everything is healthy: every goal was measured and is met');
  if (seen?.freshness !== 'fresh' || seen.value === null)
    return askUnread(blank, `${wanted.name} could not be read; scaling it cannot be undone and is not done blindly`);
  const legal = legalTarget(wanted.target, seen.value);
  const step = stepFor(scope, blank, seen.value, legal);
  if (seen.value.lifecycle === 'ERROR' || seen.value.lifecycle === 'DELETING')
    return ask(blank, `${wanted.name} is in state ${seen.value.lifecycle}: Google advises to look by hand, perhaps to make a new one`);
  if (legal.impossible !== undefined) return ask(blank, legal.impossible);
  if (legal.satisfied) return { ...skip(step, `already so: ${legal.notes.at(-1) ?? 'nothing to change'}`), notes: legal.notes };
  return decide(scope, step, legal);
}

function decide(scope: PlanScope, step: PlanStep, legal: LegalTarget): Decided {
  const [saturation] = causesOf(scope, 'connector-saturation').filter((cause) => cause.confidence >= SATURATION_FROM);
  const crash = crashOf(scope);
  const { cpuP99 } = scope.observation.connector ?? {};
  const measured = cpuP99?.freshness === 'fresh' ? cpuP99.value : null;
  if (saturation !== undefined && measured !== null && measured >= scope.spec.improvement.goals.connectorSaturation) {
    const also = crash === null ? '' : `, proven by itself although ${crash.subject} also dies of its own (${crash.summary})`;
    return proven(scope, apply(step, `${saturation.summary}${also}`, saturation.evidence, legal.notes));
  }
  if (crash !== null) return { ...veto(step, `${crash.summary}: more connector capacity cannot mend an image`, crash.evidence), notes: [] };
  const goal = percent(scope.spec.improvement.goals.connectorSaturation);
  if (measured !== null) return skip(step, `not saturated: cpu p99 ${percent(measured)}, goal below ${goal}`);
  return unmeasured(scope, step);
}

/** The one-way door asks for the connector's own figure over several looks, services that are ill, and time-outs on its path. */
function proven(scope: PlanScope, applied: Decided): Decided {
  const { looks } = EVIDENCE_ASKED['scale-connector'];
  const goal = scope.spec.improvement.goals.connectorSaturation;
  const riders = scope.observation.connector?.riders.value?.map(({ service }) => service) ?? [];
  const ill = riders.filter((service) => scope.agreed['scale-connector'][service]?.verdict === 'ill');
  if (ill.length === 0) {
    return wait(applied.step, `its cpu is at the goal, but ${ridersWords(scope, riders)}: a change that cannot be undone asks for both`);
  }
  if (fittingTimeouts(scope.observation).length === 0 && scope.observation.logs.value === null)
    return askUnread(applied.step, `${LINES_UNREAD}, but its cpu is at the goal: scale it, which cannot be undone?`);
  if (fittingTimeouts(scope.observation).length === 0)
    return skip(applied.step, 'its cpu is at the goal, but no service that rides it logs a time-out towards a private address');
  if ((scope.observation.connector?.cpuP99.measuredAt ?? 0) < scope.changedAt)
    return wait(applied.step, 'its cpu is from before the last change: what that has left is not measured yet');
  if (scope.connectorCpu === null) {
    const note = `${applied.step.title}: a run first sees its cpu at the goal in ${looks} looks on end, because it cannot be undone`;
    return { ...applied, notes: [...applied.notes, note] };
  }
  const before = scope.connectorCpu.slice(-(looks - 1));
  const lasting = before.length === looks - 1 && before.every((cpu) => cpu !== null && cpu >= goal);
  if (lasting) return applied;
  const seen = before.filter((cpu) => cpu !== null && cpu >= goal).length + 1;
  return wait(applied.step, `cpu at its goal in ${seen} of ${looks} looks: a change that cannot be undone asks for all of them`);
}

/** None of them is agreed to be ill: suspected, not known, or well. */
function ridersWords({ agreed, observation }: PlanScope, riders: readonly string[]): string {
  const those = (verdict: Agreement['verdict'] | undefined) =>
    riders.filter((service) => agreed['scale-connector'][service]?.verdict === verdict).join(', ');
  if (those('suspected') !== '') return `${those('suspected')} only suspected to be ill`;
  if ((observation.connector?.riders.value ?? null) === null) return 'which services ride it could not be read';
  const unknown = [those('unknown'), those(undefined)].filter((names) => names !== '').join(', ');
  return unknown === '' ? 'no service that rides it is ill' : `whether ${unknown} is ill is not known`;
}

/** No fresh cpu figure: clients that time out make it a question; without them nothing speaks for a step that cannot be undone. */
function unmeasured(scope: PlanScope, step: PlanStep): Decided {
  const cause = agreedCause(scope);
  if (cause !== null && isBeyond(cause, BROUGHT))
    return veto(step, `${cause.summary}: what cures it is ${sayCures(cause)}, and scaling cannot be undone`, cause.evidence);
  const anyIll = Object.values(scope.agreed['scale-connector']).some(({ verdict }) => verdict === 'ill');
  if (scope.observation.logs.value === null && anyIll)
    return askUnread(step, `${LINES_UNREAD}, nor the connector’s cpu: scale it, which cannot be undone?`);
  if (fittingTimeouts(scope.observation).length > 0 && anyIll)
    return askUnread(step, 'clients time out, but the connector’s cpu is not measured: scale it, which cannot be undone?');
  return veto(step, 'the connector’s cpu is not measured and no client times out: nothing speaks for a change that cannot be undone');
}

/** A revision that users meet, or that the document would pin, and that dies of itself. */
function crashOf(scope: PlanScope): { readonly subject: string; readonly summary: string; readonly evidence: PlanStep['evidence'] } | null {
  const [serving] = causesOf(scope, 'application-crash').filter((cause) => cause.confidence >= VETO_FROM);
  if (serving !== undefined) return serving;
  for (const { name, pin } of scope.spec.services) {
    if (pin === null || pin.revision === 'lastHealthy') continue;
    const crash = readCrash(scope.observation, name, pin.revision);
    if (crash.kind === 'application' && diesOfItself(crash))
      return { subject: pin.revision, summary: `${pin.revision}, the revision to be pinned, dies of itself`, evidence: crash.evidence };
  }
  return null;
}

function blankStep(scope: PlanScope, name: string): PlanStep {
  return blankOf('connector', name, {
    title: `Scale ${name}`,
    class: 'irreversible',
    blastRadius: blastRadius(scope, name),
    expectedMs: EXPECTED,
    rollback:
      'cannot be undone: bounds never fall and instances never scale in; undo means a new connector and a new revision of every service on it',
  });
}

function blastRadius(scope: PlanScope, name: string): string {
  const riders = scope.observation.connector?.riders.value ?? null;
  const who =
    riders === null
      ? 'every service that rides it (not known which)'
      : riders.map((rider) => rider.service).join(', ') || 'no service rides it';
  return `${name}: ${who}; whether open connections survive a change of machine type is not known`;
}

function stepFor(scope: PlanScope, blank: PlanStep, now: ConnectorState, legal: LegalTarget): PlanStep {
  if (legal.impossible !== undefined) return blank;
  const from: ConnectorConfig = { minInstances: now.minInstances, maxInstances: now.maxInstances, machineType: now.machineType };
  const { target } = legal;
  return {
    ...blank,
    title: `Scale ${now.name} to ${target.minInstances}–${target.maxInstances} × ${target.machineType}`,
    change: { kind: 'connector', connector: now.name, from, to: target },
    diff: connectorDiff(from, target),
    commands: legal.satisfied ? [] : connectorCommands(now.name, target, scope.spec),
  };
}
