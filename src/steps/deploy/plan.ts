import type { Cause, Cure } from '../../core/model/diagnosis.ts';
import type { ServiceState, TrafficTarget } from '../../core/model/observation.ts';
import type { PlanStep } from '../../core/model/plan.ts';
import type { DeploySpec, ServiceSpec } from '../../core/model/spec.ts';
import { MINUTE, sayDuration } from '../../core/duration.ts';
import { secretReplaced } from '../../core/service/next-template.ts';
import { diesOfItself, readCrash } from '../../diagnosis/logs/crash.ts';
import { undoCommands } from '../../planning/commands.ts';
import { agreedCause, isBeyond, likelyCause } from '../../planning/cures-brought.ts';
import { laterSharesMs, sayShares, shiftAsked, USUAL_SHARES } from '../shares.ts';
import { alwaysSo } from './always-so.ts';
import { deployCommands } from './commands.ts';
import { deployChanges, deployDiff } from './diff.ts';
import { apply, askUnread, blankOf, freshState, healthOf, skip, unproven, veto, VETO_FROM, wait } from '../../planning/step-decisions.ts';
import type { Decided, PlanScope } from '../../planning/step-decisions.ts';

/** A start-up is capped at 4 minutes (gcp-facts 2.5); asked by its tag for two, and five with a small share. */
const ROLL_OUT = 11 * MINUTE;

/** The step that makes a new revision of one service and moves its traffic there, or null when the document deploys nothing. */
export function deployStep(scope: PlanScope, service: ServiceSpec, pinned: readonly TrafficTarget[] | null): Decided | null {
  if (service.deploy === null) return null;
  const blank = blankStep(service);
  const health = healthOf(scope, service.name);
  if (health.outcome === 'pass') return skip(blank, `already healthy: ${health.because}`);
  const state = freshState(scope, service.name);
  if (state === null) return askUnread(blank, `${service.name} could not be read; it is not deployed blindly`);
  const missing = unproven(scope, 'deploy', blank, service.name);
  if (missing !== null) return missing;
  const like = service.deploy.like === null ? null : freshState(scope, service.deploy.like);
  if (service.deploy.like !== null && like === null)
    return askUnread(
      blank,
      `${service.deploy.like}, whose settings are to be taken over, could not be read: deploy ${service.name} without them?`,
    );
  const secret = secretReplaced(state.settings.template(), service.deploy.env);
  if (secret !== null) return veto(blank, `${secret} of ${service.name} refers to a secret; it is not replaced by a plain value`, []);
  const same = alwaysSo(scope, state, service.deploy);
  if (same !== null) return skip(blank, same);
  const step = stepFor(scope, blank, { state, deploy: service.deploy, like, from: pinned ?? state.traffic, asked: shiftAsked(service) });
  return (
    sameImage(scope, step, state, service.deploy) ??
    beyondDeploys(scope, step, { name: service.name, deploy: service.deploy }) ??
    apply(step, `${service.name} is ill: ${health.because}`, evidenceFor(scope, service.name))
  );
}

/** The very image that dies: a new revision of it dies the same way, whatever its settings. */
function sameImage(scope: PlanScope, step: PlanStep, state: ServiceState, deploy: DeploySpec): Decided | null {
  const carried = deploy.image ?? state.template.image;
  for (const revision of state.revisions) {
    if (revision.image !== carried) continue;
    const crash = readCrash(scope.observation, state.name, revision.name);
    if (!diesOfItself(crash) || crash.confidence < VETO_FROM) continue;
    const cure = deploy.image === null ? 'set deploy.image to a mended one' : 'the image given is the same';
    return veto(
      step,
      `it would carry the image of ${revision.name}, which dies of itself (${crash.deaths} deaths): ${cure}`,
      crash.evidence,
    );
  }
  return null;
}

interface DeployOf {
  readonly name: string;
  readonly deploy: DeploySpec;
}

/** A cause that this new revision cannot mend; it would only be a start-up storm on top. */
function beyondDeploys(scope: PlanScope, step: PlanStep, { name, deploy }: DeployOf): Decided | null {
  const agreed = agreedCause(scope, name);
  const cause = agreed ?? likelyCause(scope, name);
  if (cause === null || !JUDGED.includes(cause.kind) || !isBeyond(cause, bringsAlong(cause, deploy))) return null;
  if (agreed !== null) return veto(step, `${cause.summary}: a new revision cannot mend that`, cause.evidence);
  return wait(step, `as it seems, ${cause.summary}: a new revision cannot mend that`, cause.evidence);
}

/** Kinds that only what the deploy brings along can cure; where an image dies or a dependency came back, a new start alone may help. */
const JUDGED: readonly Cause['kind'][] = [
  'configuration',
  'database-unreachable',
  'certificate-or-routing',
  'name-resolution',
  'quota-or-regional-shortage',
  'provider-incident',
];

/** What the document’s deploy changes against what runs now: another image, other settings, the settings, sizes and egress of another service. */
function bringsAlong({ kind }: Cause, { image, env, like }: DeploySpec): readonly Cure[] {
  return [
    ...(image === null ? [] : ['image' as const]),
    ...(Object.keys(env).length === 0 && like === null ? [] : ['setting' as const]),
    ...(like === null ? [] : ['resources' as const]),
    ...(like === null || kind !== 'configuration' ? [] : ['network' as const]),
  ];
}

function evidenceFor(scope: PlanScope, service: string): PlanStep['evidence'] {
  const probes = (scope.observation.services[service]?.probes ?? []).filter(({ outcome }) => outcome !== 'ok' && outcome !== 'unsent');
  const lines = probes.map((probe) => ({
    source: probe.url,
    at: probe.at,
    text: `${probe.url}: ${probe.said ?? probe.status ?? probe.problem ?? 'no answer'} in ${sayDuration(probe.latencyMs)}`,
  }));
  return [...lines, ...(scope.diagnosis.causes[0]?.evidence ?? [])].slice(0, 5);
}

function blankStep(service: ServiceSpec): PlanStep {
  return blankOf('deploy', service.name, {
    title: `Deploy ${service.name}`,
    class: 'reversible',
    blastRadius: `a new revision of ${service.name} without traffic, asked by its tag; then ${sayShares(service.shift ?? USUAL_SHARES)}; its start-up opens connections to the database`,
    expectedMs: ROLL_OUT + laterSharesMs(service.shift ?? USUAL_SHARES) + service.stability.healthyForMs,
    rollback: 'put back the recorded traffic vector, tags included; the new revision stays without traffic',
  });
}

function stepFor(
  scope: PlanScope,
  blank: PlanStep,
  {
    state,
    deploy,
    like,
    from,
    asked,
  }: {
    readonly state: ServiceState;
    readonly deploy: DeploySpec;
    readonly like: ServiceState | null;
    readonly from: readonly TrafficTarget[];
    readonly asked: ReturnType<typeof shiftAsked>;
  },
): PlanStep {
  const liked = like === null ? '' : ` with the settings of ${like.name}`;
  const image = deploy.image === null ? '' : ` with image ${deploy.image}`;
  const changes = deployChanges(state, deploy, like);
  return {
    ...blank,
    title: `Deploy ${state.name}${image}${liked}`,
    change: { kind: 'deploy', service: state.name, deploy, from, ...asked },
    diff: deployDiff(changes, deploy),
    rollback:
      from.length === 0
        ? blank.rollback
        : `${blank.rollback}: ${undoCommands(state.name, from, scope.spec, { newRevision: true }).join('; ')}`,
    commands: deployCommands(state, changes, { shares: asked.shift ?? USUAL_SHARES, place: scope.spec }),
  };
}
