import type { Cure } from '../../core/model/diagnosis.ts';
import type { ConnectorState } from '../../core/model/observation.ts';
import type { ConnectorConfig, PlanStep } from '../../core/model/plan.ts';
import { MINUTE, sayMinute } from '../../core/duration.ts';
import { EVIDENCE_ASKED } from '../../core/evidence-asked.ts';
import type { Agreement } from '../../diagnosis/witnesses/agreement.ts';
import { diesOfItself, readCrash } from '../../diagnosis/logs/crash.ts';
import { percent } from '../../diagnosis/observation-queries.ts';
import { ridersOf } from '../../diagnosis/infrastructure/connectors.ts';
import type { SeenConnector } from '../../diagnosis/infrastructure/connectors.ts';
import { separatedRevisions } from '../../diagnosis/witnesses/separated.ts';
import { failsTooQuickly } from '../../diagnosis/infrastructure/quick-failures.ts';
import { fittingTimeouts } from '../../diagnosis/infrastructure/timeouts.ts';
import { sayCures } from '../../diagnosis/cures.ts';
import { curedOtherwise } from '../../planning/cures-brought.ts';
import { farEndAway } from './far-end.ts';
import { legalTarget } from './limits.ts';
import type { LegalTarget } from './limits.ts';
import { connectorCommands, connectorDiff, lostWords } from './words.ts';
import {
  apply,
  ask,
  askUnread,
  blankOf,
  causesOf,
  healthOf,
  SATURATION_FROM,
  skip,
  veto,
  VETO_FROM,
  wait,
} from '../../planning/step-decisions.ts';
import type { Decided, PlanScope } from '../../planning/step-decisions.ts';

/** Minutes as observed for failing ones; no number is published for successful updates (gcp-facts 1.6). */
const EXPECTED = 5 * MINUTE;

/** Who waits to connect again does so within minutes of what he waited for: before that nothing that cannot be undone. Ours to choose. */
const TAKES_EFFECT = 2 * MINUTE;

/** More room on the way into the network, and nothing else. */
const BROUGHT: readonly Cure[] = ['capacity', 'network'];

/** Absent lines are not lines that say nothing. */
const LINES_UNREAD = 'whether its clients time out could not be read';

/** The step that scales one connector of the document. */
export function connectorStep(scope: PlanScope, one: SeenConnector): Decided {
  const { wanted } = one;
  const seen = one.seen?.state;
  const blank = blankStep(one);
  if (scope.diagnosis.healthy) return skip(blank, 'everything is healthy: every goal was measured and is met');
  if (seen?.freshness !== 'fresh' || seen.value === null)
    return (
      unconcerned(scope, one, blank) ??
      askUnread(blank, `${wanted.name} could not be read; scaling it cannot be undone and is not done blindly`)
    );
  const legal = legalTarget(wanted.target, seen.value);
  const step = stepFor(scope, blank, seen.value, legal);
  if (seen.value.lifecycle === 'ERROR' || seen.value.lifecycle === 'DELETING')
    return lost(scope, one, blank, lostWords(wanted.name, seen.value.lifecycle, scope.spec));
  if (legal.impossible !== undefined) return unconcerned(scope, one, blank) ?? ask(blank, legal.impossible);
  if (legal.satisfied) return { ...skip(step, `already so: ${legal.notes.at(-1) ?? 'nothing to change'}`), notes: legal.notes };
  return decide(scope, one, step, legal);
}

/** It can never be scaled. People are asked where what rides it times out, or may; else it is told, and the rest is done without it. */
function lost(scope: PlanScope, one: SeenConnector, step: PlanStep, words: string): Decided {
  const left = unconcerned(scope, one, step);
  if (left !== null) return { ...left, notes: [words] };
  const mayBeIt = scope.observation.logs.value === null || fittingTimeouts(scope.observation, one.seen).length > 0;
  return mayBeIt ? ask(step, words) : { ...veto(step, words), notes: [words] };
}

function decide(scope: PlanScope, one: SeenConnector, step: PlanStep, legal: LegalTarget): Decided {
  const [saturation] = causesOf(scope, 'connector-saturation').filter(
    ({ confidence, subject }) => confidence >= SATURATION_FROM && subject === one.wanted.name,
  );
  const crash = crashOf(scope);
  const { cpuP99 } = one.seen ?? {};
  const measured = cpuP99?.freshness === 'fresh' ? cpuP99.value : null;
  if (saturation !== undefined && measured !== null && measured >= scope.spec.improvement.goals.connectorSaturation) {
    const also = crash === null ? '' : `, proven by itself although ${crash.subject} also dies of its own (${crash.summary})`;
    return proven(scope, one, apply(step, `${saturation.summary}${also}`, saturation.evidence, legal.notes));
  }
  if (crash !== null) return { ...veto(step, `${crash.summary}: more connector capacity cannot mend an image`, crash.evidence), notes: [] };
  const goal = percent(scope.spec.improvement.goals.connectorSaturation);
  if (measured !== null) return skip(step, `not saturated: cpu p99 ${percent(measured)}, goal below ${goal}`);
  return unmeasured(scope, one, step);
}

/** The one-way door asks for the connector's own figure over several looks, services that are ill, and time-outs on its path. */
function proven(scope: PlanScope, { wanted: { name }, seen }: SeenConnector, applied: Decided): Decided {
  const { looks } = EVIDENCE_ASKED['scale-connector'];
  const goal = scope.spec.improvement.goals.connectorSaturation;
  const unharmed = withoutIllRiders(scope, ridersOf(seen), applied.step);
  if (unharmed !== null) return unharmed;
  const areTimeouts = fittingTimeouts(scope.observation, seen).length > 0;
  if (!areTimeouts && scope.observation.logs.value === null)
    return askUnread(applied.step, `${LINES_UNREAD}, but its cpu is beyond the goal: scale it, which cannot be undone?`);
  if (!areTimeouts)
    return skip(applied.step, 'its cpu is beyond the goal, but no service that rides it logs a time-out towards a private address');
  const away = farEndAway(scope, ridersOf(seen), applied.step);
  if (away !== null) return away;
  const theirs = busyUntil(scope, name, seen);
  if (theirs !== null) return wait(applied.step, theirs);
  if (scope.changedAt > 0 && (seen?.cpuP99.measuredAt ?? 0) < scope.changedAt + TAKES_EFFECT)
    return wait(applied.step, 'its cpu is from before the last change has taken effect: what that has left is not measured yet');
  if (scope.connectorCpu === null) {
    const note = `${applied.step.title}: a run first sees its cpu at the goal in ${looks} looks on end, because it cannot be undone`;
    return { ...applied, notes: [...applied.notes, note] };
  }
  const before = scope.connectorCpu.map((of) => of(name)).slice(-(looks - 1));
  const lasting = before.length === looks - 1 && before.every((cpu) => cpu !== null && cpu >= goal);
  if (lasting) return applied;
  const counted = before.filter((cpu) => cpu !== null && cpu >= goal).length + 1;
  return wait(applied.step, `cpu at its goal in ${counted} of ${looks} looks: a change that cannot be undone asks for all of them`);
}

/** What an update by somebody else has brought is seen before a change that cannot be undone; null: none was under way, or it is seen. */
function busyUntil(scope: PlanScope, name: string, seen: SeenConnector['seen']): string | null {
  const until = scope.busyUntil?.[name];
  if (until === undefined) return null;
  if (until === scope.observation.at)
    return `an update of ${name} is under way, not by this run: what it brings is seen before one that cannot be undone`;
  return (seen?.cpuP99.measuredAt ?? 0) < until + TAKES_EFFECT
    ? `an update of ${name}, not by this run, was under way until ${sayMinute(until)}: its cpu is from before that has taken effect`
    : null;
}

/** Who rides it and is ill by what both of its revisions meet, and slowly as one that waits for it: where there is nobody, why it is not scaled; null: there is. */
function withoutIllRiders(scope: PlanScope, all: readonly string[] | null, step: PlanStep): Decided | null {
  const apart = (all ?? []).flatMap((service) => separatedRevisions(scope.observation, service)?.words ?? []);
  const quick = (all ?? []).flatMap((service) => failsTooQuickly(scope.observation, service) ?? []);
  const riders = all?.filter((service) => isLikeIts(scope, service)) ?? null;
  const are = (...verdicts: readonly Agreement['verdict'][]): boolean =>
    riders?.some((service) => verdicts.includes(scope.agreed['scale-connector'][service]?.verdict ?? 'unknown')) === true;
  if (are('ill')) return null;
  if (apart.length > 0 && !are('suspected'))
    return skip(step, `${apart.join('; ')}, and both ride it: it is not what fails there`, step.evidence);
  if (quick.length > 0 && !are('suspected'))
    return skip(
      step,
      `its cpu is beyond the goal, but ${quick.join('; ')}: a full connector fails users slowly, it is not what fails there`,
    );
  return wait(step, `its cpu is beyond the goal, but ${ridersWords(scope, riders)}: a change that cannot be undone asks for both`);
}

/** What fails there can be a full connector's doing. */
function isLikeIts({ observation }: PlanScope, service: string): boolean {
  return separatedRevisions(observation, service) === null && failsTooQuickly(observation, service) === null;
}

/** None of them is agreed to be ill: suspected, not known, or well. */
function ridersWords({ agreed }: PlanScope, riders: readonly string[] | null): string {
  if (riders === null) return 'which services ride it could not be read';
  const those = (verdict: Agreement['verdict'] | undefined) =>
    riders.filter((service) => agreed['scale-connector'][service]?.verdict === verdict).join(', ');
  if (those('suspected') !== '') return `${those('suspected')} only suspected to be ill`;
  const unknown = [those('unknown'), those(undefined)].filter((names) => names !== '').join(', ');
  return unknown === '' ? 'no service that rides it is ill' : `whether ${unknown} is ill is not known`;
}

/** What fails does not ride it, or has a cure that no connector brings: nobody is asked about it then. null: it may be what helps. */
function unconcerned(scope: PlanScope, { wanted, seen }: SeenConnector, step: PlanStep): Decided | null {
  const riders = ridersOf(seen)?.filter((name) => scope.gates[`healthy:${name}`] !== undefined);
  if (riders !== undefined && riders.every((name) => healthOf(scope, name).outcome === 'pass'))
    return skip(
      step,
      riders.length === 0
        ? `no service of the document rides ${wanted.name}`
        : `every service of the document that rides ${wanted.name} is known to be well`,
    );
  return otherwiseCured(scope, step);
}

function otherwiseCured(scope: PlanScope, step: PlanStep): Decided | null {
  const cause = curedOtherwise(scope, BROUGHT);
  return cause === null
    ? null
    : veto(step, `${cause.summary}: what cures it is ${sayCures(cause)}, and scaling cannot be undone`, cause.evidence);
}

/** No fresh cpu figure: clients that time out make it a question; without them nothing speaks for a step that cannot be undone. */
function unmeasured(scope: PlanScope, { seen }: SeenConnector, step: PlanStep): Decided {
  const cured = otherwiseCured(scope, step);
  if (cured !== null) return cured;
  const riders = ridersOf(seen);
  const anyIll = Object.entries(scope.agreed['scale-connector']).some(
    ([service, { verdict }]) => verdict === 'ill' && riders?.includes(service) !== false,
  );
  if (scope.observation.logs.value === null && anyIll)
    return askUnread(step, `${LINES_UNREAD}, nor the connector’s cpu: scale it, which cannot be undone?`);
  if (fittingTimeouts(scope.observation, seen).length > 0 && anyIll)
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

function blankStep({ wanted: { name }, seen }: SeenConnector): PlanStep {
  return blankOf('connector', name, {
    title: `Scale ${name}`,
    class: 'irreversible',
    blastRadius: blastRadius(name, ridersOf(seen)),
    expectedMs: EXPECTED,
    rollback:
      'cannot be undone: bounds never fall and instances never scale in; undo means a new connector and a new revision of every service on it',
  });
}

function blastRadius(name: string, riders: readonly string[] | null): string {
  const who = riders === null ? 'every service that rides it (not known which)' : riders.join(', ') || 'no service rides it';
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
