import type { Cure } from '../../core/model/diagnosis.ts';
import { MINUTE } from '../../core/duration.ts';
import type { ServiceState } from '../../core/model/observation.ts';
import type { PlanStep } from '../../core/model/plan.ts';
import type { DesiredNetwork, ServiceSpec } from '../../core/model/spec.ts';
import { networkOf } from '../../core/service/network.ts';
import type { NetworkNow } from '../../core/service/network.ts';
import { diesOfItself, readCrash } from '../../diagnosis/logs/crash.ts';
import { connectorsOf, ridersOf } from '../../diagnosis/infrastructure/connectors.ts';
import type { SeenConnector } from '../../diagnosis/infrastructure/connectors.ts';
import { failsTooQuickly } from '../../diagnosis/infrastructure/quick-failures.ts';
import { measuredEvidence } from '../../diagnosis/finding.ts';
import { percent } from '../../diagnosis/observation-queries.ts';
import { undoCommands } from '../../planning/commands.ts';
import {
  apply,
  ask,
  askUnread,
  blankOf,
  causesOf,
  freshState,
  SATURATION_FROM,
  skip,
  veto,
  VETO_FROM,
  wait,
} from '../../planning/step-decisions.ts';
import type { Decided, PlanScope } from '../../planning/step-decisions.ts';
import { lacking } from '../../planning/evidence-asked.ts';
import { deployChanges, deployDiff } from '../deploy/diff.ts';
import { egressCommands, templateOf } from './commands.ts';
import { sayCures } from '../../diagnosis/cures.ts';
import { curedOtherwise } from '../../planning/cures-brought.ts';
import { laterSharesMs, sayShares, shiftAsked, USUAL_SHARES } from '../shares.ts';
import { addressAfter } from './outside.ts';
import { reliefOf, wholeRelief } from './relief.ts';

/** A start-up is capped at 4 minutes (gcp-facts 2.5); asked by its tag for two, and five with a small share. */
const ROLL_OUT = 11 * MINUTE;

/** Room on the connector, and another way out. */
const BROUGHT: readonly Cure[] = ['capacity', 'network', 'way-out'];

/** The step that takes one service off the connector, or null when the document wishes for none. */
export function egressStep(scope: PlanScope, service: ServiceSpec): Decided | null {
  if (service.egress == null) return null;
  const blank = blankStep(service);
  if (scope.diagnosis.healthy) return skip(blank, 'everything is healthy: every goal was measured and is met');
  const state = freshState(scope, service.name);
  if (state === null) return unread(scope, blank, service);
  const now = networkOf(state);
  const step = stepFor(scope, blank, state, { now, wish: service.egress, asked: shiftAsked(service) });
  const left = leftAsItIs(step, service, now);
  if (left !== null) return left;
  const ridden = connectorsOf(scope.observation, scope.spec).find(({ wanted }) => wanted.name === now.connector);
  return ridden === undefined
    ? skip(step, `${service.name} does not ride ${orWords(scope.spec.connectors.map(({ name }) => name))}`)
    : decide({ ...scope, connector: ridden }, step, state, service.egress);
}

/** Nobody is asked about its way out where what fails has another cure. */
function unread(scope: PlanScope, blank: PlanStep, { name }: ServiceSpec): Decided {
  const cause = curedOtherwise(scope, BROUGHT);
  if (cause !== null) return veto(blank, `${cause.summary}: what cures it is ${sayCures(cause)}`, cause.evidence);
  return askUnread(blank, `${name} could not be read; its way into the network is not changed blindly`);
}

/** What it is decided on, and the connector that the service rides. */
type EgressScope = PlanScope & { readonly connector: SeenConnector };

function orWords(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? 'the connector') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** It sends nothing public through a connector. */
function leftAsItIs(step: PlanStep, { name, egress }: ServiceSpec, now: NetworkNow): Decided | null {
  if (egress?.to === 'direct' && now.subnet === egress.subnet) return skip(step, `already so: ${name} has an interface in ${now.subnet}`);
  if (now.connector !== null && egress?.to === 'private-ranges-only' && !now.allTraffic)
    return skip(step, `already so: ${name} sends only private ranges through it`);
  return null;
}

function decide(scope: EgressScope, step: PlanStep, state: ServiceState, wish: DesiredNetwork): Decided {
  const { wanted, seen } = scope.connector;
  const [saturation] = causesOf(scope, 'connector-saturation').filter(
    ({ confidence, subject }) => confidence >= SATURATION_FROM && subject === wanted.name,
  );
  const cpu = seen?.cpuP99;
  const goal = scope.spec.improvement.goals.connectorSaturation;
  if (cpu?.freshness !== 'fresh' || cpu.value === null) return wait(step, 'the connector’s cpu is not measured');
  if (cpu.value < goal || saturation === undefined)
    return skip(step, `the connector is not saturated: cpu p99 ${percent(cpu.value)}, goal below ${percent(goal)}`);
  const missing = noneIll(scope);
  if (missing !== null) return wait(step, missing);
  const dying = deathsOf(scope, state);
  if (dying !== null) return veto(step, `a new revision would carry the image of ${dying.revision}, which dies of itself`, dying.evidence);
  const outside = addressAfter(scope, state.name, networkOf(state), wish);
  if (outside.kind === 'another') return veto(step, outside.why, outside.evidence);
  const relief = reliefOf(scope, state.name, wish, seen);
  if (typeof relief === 'string')
    return ask(step, `${relief}, so whether the connector would have room without it is not known: take it off?`);
  const left = cpu.value * (1 - wholeRelief(scope, scope.connector));
  if (left >= goal)
    return skip(step, `${relief.words}: without that its cpu would still be about ${percent(left)}, goal below ${percent(goal)}`);
  if (outside.kind === 'unknown' && outside.lasting) return veto(step, `${outside.why}: it is left on the connector`);
  if (outside.kind === 'unknown') return ask(step, `${outside.why}: take it off the connector?`);
  const why = `${saturation.summary}; ${relief.words}: without that its cpu is about ${percent(left)} at most, and this can be undone`;
  return apply(step, why, [...saturation.evidence, measuredEvidence(cpu, relief.words)].slice(0, 6), notesOf(wish));
}

/** null: a service that rides it is agreed to be ill, by what a full connector can do. */
function noneIll({ connector, agreed, observation }: EgressScope): string | null {
  const riders = ridersOf(connector.seen);
  if (riders === null) return 'which services ride the connector could not be read';
  const quick = riders.flatMap((service) => failsTooQuickly(observation, service) ?? []);
  const known = riders.filter((service) => agreed['way-out'][service] !== undefined && failsTooQuickly(observation, service) === null);
  if (known.some((service) => lacking('way-out', service, agreed['way-out'][service]) === null)) return null;
  if (quick.length > 0) return `its cpu is beyond the goal, but ${quick.join('; ')}: a full connector fails users slowly`;
  return `its cpu is beyond the goal, but no service that rides it is known to be ill (${riders.join(', ') || 'none rides it'})`;
}

/** The serving image dies of itself: a new revision of it dies the same way, wherever it stands in the network. */
function deathsOf(
  { observation }: PlanScope,
  state: ServiceState,
): { readonly revision: string; readonly evidence: PlanStep['evidence'] } | null {
  for (const { name, image } of state.revisions) {
    const crash = image === state.template.image ? readCrash(observation, state.name, name) : null;
    if (crash !== null && diesOfItself(crash) && crash.confidence >= VETO_FROM) return { revision: name, evidence: crash.evidence };
  }
  return null;
}

function notesOf({ to }: DesiredNetwork): readonly string[] {
  return to === 'direct'
    ? [
        'with an interface of its own the first connections of an instance may take a minute, and firewall rules of the connector do not hold for it',
      ]
    : ['how much it sends to public addresses is not in the figure: the answers to its users are counted with it'];
}

function blankStep({ name, egress, shift = USUAL_SHARES }: ServiceSpec): PlanStep {
  const what =
    egress?.to === 'direct'
      ? `Give ${name} an interface in ${egress.subnet}, without the connector`
      : `Keep public traffic of ${name} off the connector`;
  return blankOf('egress', name, {
    title: what,
    class: 'reversible',
    blastRadius: `a new revision of ${name} without traffic, asked by its tag; then ${sayShares(shift)}; ${
      egress?.to === 'direct' ? 'all that it sends and receives' : 'its calls to public addresses'
    } no longer pass the connector`,
    expectedMs: ROLL_OUT + laterSharesMs(shift),
    rollback:
      'put back the recorded traffic vector, tags included; the new revision stays without traffic, and its setting in the template',
  });
}

interface Moved {
  readonly now: NetworkNow;
  readonly wish: DesiredNetwork;
  readonly asked: ReturnType<typeof shiftAsked>;
}

function stepFor({ spec }: PlanScope, blank: PlanStep, state: ServiceState, { now, wish, asked }: Moved): PlanStep {
  const from = state.traffic;
  const template = templateOf(wish);
  return {
    ...blank,
    change: { kind: 'egress', service: state.name, from: now, to: wish, traffic: from, ...asked },
    diff: deployDiff(deployChanges(state, template, null), template),
    rollback:
      from.length === 0 ? blank.rollback : `${blank.rollback}: ${undoCommands(state.name, from, spec, { newRevision: true }).join('; ')}`,
    commands: egressCommands(state, wish, { shares: asked.shift ?? USUAL_SHARES, place: spec }),
  };
}
