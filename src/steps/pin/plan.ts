import type { Cause, Cure } from '../../core/model/diagnosis.ts';
import type { ServiceState } from '../../core/model/observation.ts';
import type { PlanStep } from '../../core/model/plan.ts';
import type { ServiceSpec } from '../../core/model/spec.ts';
import { MINUTE, SECOND, sayMinute } from '../../core/duration.ts';
import { sayCures } from '../../diagnosis/cures.ts';
import { onceBetter } from '../../diagnosis/changes/best-stretch.ts';
import { diesOfItself, readCrash } from '../../diagnosis/logs/crash.ts';
import { effectiveShares } from '../../diagnosis/observation-queries.ts';
import { trafficCommands, undoCommands } from '../../planning/commands.ts';
import { agreedCause, isBeyond } from '../../planning/cures-brought.ts';
import { lastHealthy, servedWorse, servesAlone } from './last-healthy.ts';
import { pinReason } from './reason.ts';
import type { PinReason } from './reason.ts';
import { isSpared } from './spared.ts';
import { allIllWords } from './all-ill.ts';
import { choiceWords, isHistoryRead } from './choice.ts';
import { trafficDiff } from './words.ts';
import { nameIn } from '../index.ts';
import {
  apply,
  askUnread,
  blankOf,
  freshState,
  healthOf,
  skip,
  skipUnlessTried,
  unproven,
  veto,
  wait,
} from '../../planning/step-decisions.ts';
import type { Decided, PlanScope } from '../../planning/step-decisions.ts';
import { wholeTo, withoutOwnTag } from '../../planning/traffic-split.ts';
import { fact } from '../index.ts';
import { laterSharesMs, sayShares } from '../shares.ts';
import type { Shares } from '../shares.ts';
import { sharedBy } from './check.ts';

const EXPECTED = 30 * SECOND;
/** Its figures are those of windows that begin after it has the share, as of every later one. */
const FIRST_SHARE = 9 * MINUTE;

/**
 * The step that gives all traffic of one service to one revision, or null when the document pins nothing there. Where no revision is
 * known to be better it is left out, with what a human could choose from: no yes could choose, and no other step has to wait for it.
 */
export function pinStep(scope: PlanScope, service: ServiceSpec): Decided | null {
  if (service.pin === null) return null;
  const state = freshState(scope, service.name);
  const blank = blankStep(service);
  const health = healthOf(scope, service.name);
  if (health.outcome === 'pass') return skip(blank, `already healthy: ${health.because}`);
  if (state?.revisions.length === 0)
    return askUnread(blank, `the revisions of ${service.name} could not be read; its traffic is not moved blindly`);
  if (state === null) return askUnread(blank, `${service.name} could not be read; its traffic is not moved blindly`);
  const missing = unproven(scope, 'pin', blank, service.name);
  if (missing !== null) return missing;
  return service.pin.revision === 'lastHealthy'
    ? pinToLastHealthy(scope, blank, state)
    : pinToNamed(scope, blank, state, service.pin.revision);
}

/** What a document with `pin: lastHealthy` would do for a service that this one does not pin; null: nothing. */
export function unaskedPin(scope: PlanScope, service: ServiceSpec): Decided | null {
  if (service.pin !== null) return null;
  const decided = pinStep(scope, { ...service, pin: { revision: 'lastHealthy' } });
  return decided?.step.decision === 'apply' ? decided : null;
}

function pinToLastHealthy(scope: PlanScope, step: PlanStep, state: ServiceState): Decided {
  const found = lastHealthy(scope, state.name);
  // Which revision serves is no question where all of them meet the cause: a choice would change nothing.
  if (found === null)
    return metByAll(scope, step) ?? skip(step, allIllWords(scope, state) ?? `${noneKnown(scope, state)} ${choiceWords(scope, state)}`);
  const which = found.isHealthy
    ? 'the last healthy revision'
    : `no revision of ${state.name} is known to be healthy, and this one to be better`;
  return decide(scope, step, { state, revision: found.revision, reason: `${which}: ${found.because}`, notes: [] });
}

/** Why there is no way back. What serves alone, and was once well, is not one that never was. */
function noneKnown({ revisions, observation }: PlanScope, state: ServiceState): string {
  const alone = servesAlone(state);
  const record = alone === null ? {} : (revisions[state.name]?.[alone] ?? {});
  const stats = observation.services[state.name]?.requests.value ?? null;
  const lately = alone === null ? undefined : stats?.byRevision[alone];
  const best = lately === undefined ? null : onceBetter(record, { total: lately.total, failed: lately.serverErrors });
  if (best !== null)
    return `${alone} has all the traffic and once served its users well (at its best ${best.failed} of ${best.total} badly, up to ${sayMinute(best.untilAt)}), and no other revision of ${state.name} is known to have served them well in the last day: which one shall serve?`;
  if (!isHistoryRead({ revisions, observation }, state.name))
    return `how the revisions of ${state.name} have served users in the last day could not be read: which one shall serve?`;
  return `no${alone === null ? '' : ' other'} revision of ${state.name} has served users well in the last day, as far as is known: which one shall serve?`;
}

function pinToNamed(scope: PlanScope, step: PlanStep, state: ServiceState, wanted: string): Decided {
  const revision = state.revisions.find((candidate) => candidate.name === wanted);
  if (revision === undefined)
    return skip(step, `${wanted} does not exist (any more): which revision of ${state.name} shall serve? ${choiceWords(scope, state)}`);
  const crash = readCrash(scope.observation, state.name, wanted);
  const against = diesOfItself(crash)
    ? `${wanted} dies of itself (${crash.evidence[0]?.text ?? `${crash.deaths} deaths`})`
    : revision.ready === 'no'
      ? `${wanted} is not ready (${revision.reason ?? 'no reason given'})`
      : (diesAgain(scope, state.name, wanted) ?? servedWorse(scope, state, wanted));
  if (against === null)
    return decide(scope, step, {
      state,
      revision: wanted,
      reason: 'the document pins it and the evidence does not speak against it',
      notes: [],
    });
  const found = lastHealthy(scope, state.name);
  if (found === null)
    return skip(
      step,
      `${against}, and no revision of ${state.name} is known to be healthy: which one shall serve? ${choiceWords(scope, state)}`,
      crash.evidence,
    );
  const note = `the document pins ${wanted}, and the opposite is planned: ${against}; ${found.revision} instead`;
  return decide(scope, step, {
    state,
    revision: found.revision,
    reason: `${found.revision} instead of ${wanted}, which the document pins and which dies, is not ready or served users worse: ${found.because}`,
    notes: [note],
    evidence: crash.evidence,
  });
}

function diesAgain({ illAlone }: PlanScope, service: string, revision: string): string | null {
  const alone = illAlone[service];
  return alone?.revision === revision ? alone.because : null;
}

function decide(
  scope: PlanScope,
  blank: PlanStep,
  {
    state,
    revision,
    reason,
    notes,
    evidence = [],
  }: {
    readonly state: ServiceState;
    readonly revision: string;
    readonly reason: string;
    readonly notes: readonly string[];
    readonly evidence?: PlanStep['evidence'];
  },
): Decided {
  const step = stepFor(scope, blank, state, revision);
  const shares = effectiveShares(state);
  const alone = shares.size === 1 && shares.get(revision) === 100;
  if (alone) return { ...skip(step, `already so: ${revision} has 100 % of the traffic`), notes };
  const beyond = metByAll(scope, step, { state, revision });
  if (beyond !== null) return { ...beyond, notes };
  const why = pinReason(scope, state, revision);
  if (why.helps === null) return { ...wait(step, why.because), notes };
  if (!why.helps) return { ...leftOut(scope, step, { why, state }), notes };
  const split = [...shares].map(([name, share]) => `${name} ${share} %`).join(', ');
  const because = `${reason}; ${why.because}; now ${split}`;
  const applied = apply(step, because, evidence.length > 0 ? evidence : causeEvidence(scope, state.name), notes);
  return {
    ...applied,
    ...(why.isOwnFault === true ? { isOwnFault: true } : {}),
    ...(why.isBetter === true ? { isBetter: true } : {}),
    ...((why.mayMend ?? []).length === 0 ? {} : { mayMend: [state.name, ...(why.mayMend ?? [])] }),
  };
}

/** Nothing says that it helps. Where nothing says either that it would not, people may have it tried. */
function leftOut(
  { observation }: PlanScope,
  step: PlanStep,
  { why, state }: { readonly why: PinReason; readonly state: ServiceState },
): Decided {
  if (why.mayTry === undefined) return skip(step, why.because);
  const since = sayMinute(observation.services[state.name]?.requests.value?.untilAt ?? observation.at);
  return skipUnlessTried(
    step,
    why.because,
    `To try: ${step.title.charAt(0).toLowerCase()}${step.title.slice(1)}? It served users well (${why.mayTry}); whether it would now, as of ${since}, is not known. A yes sends that, and it is put back if it does worse.`,
  );
}

/** A cause that no other revision cures, where this one is not seen to be spared of it. */
function metByAll(
  scope: PlanScope,
  step: PlanStep,
  target: { readonly state: ServiceState; readonly revision: string } | null = null,
): Decided | null {
  const cause = agreedCause(scope, nameIn(step.id));
  if (cause === null || !isBeyond(cause, broughtByPin(cause))) return null;
  if (target !== null && isSpared(scope, cause, target.state, target.revision)) return null;
  return veto(step, `${cause.summary}: no other revision is seen to be spared, and what cures it is ${sayCures(cause)}`, cause.evidence);
}

/** What another revision of the same service may have had: image, settings, sizes, its own egress; one instead of two takes load off. */
function broughtByPin({ kind }: Cause): readonly Cure[] {
  return kind === 'configuration'
    ? ['image', 'setting', 'resources', 'capacity', 'network', 'way-out']
    : ['image', 'setting', 'resources', 'capacity'];
}

function causeEvidence(scope: PlanScope, service: string): PlanStep['evidence'] {
  const about = scope.diagnosis.causes.find((cause) => cause.kind === 'revision-contention' && cause.subject === service);
  return about?.evidence ?? [];
}

function blankStep({ name, pin }: ServiceSpec): PlanStep {
  const shift = pin?.shift;
  return blankOf('pin', name, {
    title: `Pin the traffic of ${name}`,
    class: 'reversible',
    blastRadius: `every request to ${name}${shift === undefined ? '' : ` by steps, ${sayShares(shift)}`}; a deploy after it gets no traffic until it is shifted`,
    expectedMs: EXPECTED + (shift === undefined ? 0 : FIRST_SHARE + laterSharesMs(shift)),
    rollback: 'put back the recorded traffic vector, tags included',
  });
}

function stepFor(scope: PlanScope, blank: PlanStep, state: ServiceState, revision: string): PlanStep {
  const to = wholeTo(revision, withoutOwnTag(state.traffic));
  const change = { kind: 'pin', service: state.name, revision, from: state.traffic, to, ...shiftLeft(scope, state, revision) } as const;
  return {
    ...blank,
    title: `Pin 100 % of ${state.name} to ${revision}`,
    change,
    diff: trafficDiff(state.traffic, to),
    rollback: `${blank.rollback}: ${undoCommands(state.name, state.traffic, scope.spec, { newRevision: isDeployed(scope, state.name) }).join('; ')}`,
    commands: fact(change, 'shares').flatMap((share) => trafficCommands(state.name, sharedBy(change, share), scope.spec)),
  };
}

/** The shares that the document names and that are more than the revision has now: a step never takes users away from it. */
function shiftLeft({ spec }: PlanScope, state: ServiceState, revision: string): { readonly shift?: Shares } {
  const shift = spec.services.find(({ name }) => name === state.name)?.pin?.shift;
  const has = effectiveShares(state).get(revision) ?? 0;
  return shift === undefined ? {} : { shift: shift.filter((share) => share > has) };
}

/** A deploy of the same service may come after the pin, and LATEST is its revision then. */
function isDeployed({ spec }: PlanScope, service: string): boolean {
  return spec.services.some(({ name, deploy }) => name === service && deploy !== null);
}
