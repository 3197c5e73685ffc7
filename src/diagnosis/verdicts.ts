import { ofConnector } from '../core/of-connector.ts';
import type { ConnectorObservation, Observation } from '../core/model/observation.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { WAY_IN } from '../core/model/verdict.ts';
import type { GateName, Outcome, Verdict } from '../core/model/verdict.ts';
import { connectorsOf } from './infrastructure/connectors.ts';
import type { SeenConnector } from './infrastructure/connectors.ts';
import type { JudgeInput } from './witnesses/judge-input.ts';
import { boundsOf } from '../core/service/bounds.ts';
import { effectiveShares, instancesServing, percent } from './observation-queries.ts';
import { judgeConnectionHeadroom } from './infrastructure/connection-headroom.ts';
import { judgeWayIn } from './witnesses/way-in.ts';
import { agreements, judgeLatency, judgeSeen, judgeService } from './witnesses/service-health.ts';

/**
 * Every gate of the runbook: `connector:NAME` for each, `one-revision:SERVICE`, `bounded:SERVICE` where the document bounds one, `healthy:SERVICE` for each
 * service, `all`, `way-in` where it names a load balancer, and `room:SERVICE` where it says anything.
 * Nothing passes on no data, on late data, or on data older than the change it should speak about.
 */
export function judgeGates(observation: Observation, spec: RemediationSpec, facts: JudgeInput): Readonly<Record<GateName, Verdict>> {
  const gates: Record<GateName, Verdict> = {};
  for (const connector of connectorsOf(observation, spec))
    gates[ofConnector(connector.wanted.name)] = judgeConnector(connector, spec, facts);
  const agreed = agreements(observation, spec, facts);
  for (const { name, instances } of spec.services) {
    gates[`one-revision:${name}`] = judgeOneRevision(observation, name, facts);
    if (instances !== null) gates[`bounded:${name}`] = judgeBounded(observation, name, facts);
    gates[`healthy:${name}`] = judgeService(observation, name, facts, agreed[name]);
    const crowded = judgeConnectionHeadroom(observation, spec, name);
    if (crowded !== null) gates[`room:${name}`] = crowded;
  }
  const wayIn = judgeWayIn(observation, spec);
  if (wayIn !== null) gates[WAY_IN] = wayIn;
  gates['all'] = judgeAll(observation, spec, facts, gates);
  return gates;
}

/** Saturation is gone: a fresh cpu p99, measured after the last change, below the goal; and the connector is READY. */
function judgeConnector({ wanted: { name }, seen: connector }: SeenConnector, spec: RemediationSpec, facts: JudgeInput): Verdict {
  if (connector === null) return { outcome: 'error', because: `${name} was not looked at` };
  const state = connector.state.freshness === 'fresh' ? connector.state.value : null;
  if (state === null) return { outcome: 'error', because: `${name} could not be read${problem(connector.state.problem)}` };
  if (state.lifecycle === 'UPDATING' || state.lifecycle === 'CREATING')
    return { outcome: 'inconclusive', because: `${name} is ${state.lifecycle}` };
  if (state.lifecycle !== 'READY') return { outcome: 'fail', because: `${name} is ${state.lifecycle}` };
  return judgeLoad(name, connector, spec, facts);
}

/** Not at its goal, by a figure from after the last change. */
function judgeLoad(name: string, { cpuP99 }: ConnectorObservation, spec: RemediationSpec, facts: JudgeInput): Verdict {
  const goal = spec.improvement.goals.connectorSaturation;
  if (cpuP99.value === null) return { outcome: 'inconclusive', because: `${name}: cpu is not measured${problem(cpuP99.problem)}` };
  const figure = `${name}: cpu p99 ${percent(cpuP99.value)}, goal below ${percent(goal)}`;
  if (cpuP99.freshness === 'late') return { outcome: 'inconclusive', because: `${figure}, but the figure is late` };
  const changedAt = facts.servingSince[ofConnector(name)];
  if (changedAt !== undefined && (cpuP99.measuredAt ?? 0) < changedAt)
    return { outcome: 'inconclusive', because: `${figure}, but measured before its change` };
  return { outcome: cpuP99.value < goal ? 'pass' : 'fail', because: figure };
}

/** `trafficStatuses` show one revision at 100 %: the intended one, where there is one. */
function judgeOneRevision(observation: Observation, name: string, facts: JudgeInput): Verdict {
  const seen = observation.services[name]?.state;
  const state = seen?.freshness === 'fresh' ? seen.value : null;
  if (state === null) return { outcome: 'error', because: `${name} could not be read${problem(seen?.problem)}` };
  if (state.reconciling) return { outcome: 'inconclusive', because: `${name} is being changed (reconciling)` };
  const shares = [...effectiveShares(state)];
  const said = shares.map(([revision, share]) => `${revision} ${share} %`).join(', ');
  const [only] = shares;
  if (only === undefined || shares.length > 1 || only[1] !== 100 || only[0] === '') {
    const split = shares.length > 1 ? `served by ${shares.length} revisions: ${said}` : said;
    return { outcome: 'fail', because: `${name}: ${split === '' ? 'no traffic in force' : split}` };
  }
  const intended = facts.intended[name];
  if (intended !== undefined && only[0] !== intended) return { outcome: 'fail', because: `${name}: ${said}, but ${intended} is intended` };
  return { outcome: 'pass', because: `${name}: ${said}` };
}

/** So many instances serve as the service's own bounds allow, counted since they were last changed. */
function judgeBounded({ services }: Observation, name: string, facts: JudgeInput): Verdict {
  const seen = services[name];
  const state = seen?.state.freshness === 'fresh' ? seen.state.value : null;
  if (seen === undefined || state === null)
    return { outcome: 'error', because: `${name} could not be read${problem(seen?.state.problem)}` };
  const bounds = boundsOf(state);
  if (bounds === null || state.bounds === undefined) return { outcome: 'pass', because: `${name} sets no bounds of its own` };
  const running = instancesServing(seen);
  if (running === null)
    return { outcome: 'inconclusive', because: `the instances of ${name} are not counted${problem(seen.instances.problem)}` };
  const figure = `${name}: ${running} instances serve, ${bounds.minInstances} to ${bounds.maxInstances ?? 'any number'} are asked for`;
  if ((seen.instances.measuredAt ?? 0) < (facts.servingSince[name] ?? 0))
    return { outcome: 'inconclusive', because: `${figure}, but counted before the last change` };
  const isWithin = running >= bounds.minInstances && running <= (bounds.maxInstances ?? Infinity);
  return { outcome: isWithin ? 'pass' : 'fail', because: figure };
}

/**
 * The soak's gate: every service healthy and in time, the connector well, the way in open. Failed requests count by their interval: what is within
 * the goal is the soak's budget, what exceeds it makes a service ill.
 */
function judgeAll(observation: Observation, spec: RemediationSpec, facts: JudgeInput, gates: Readonly<Record<GateName, Verdict>>): Verdict {
  const lost = connectorsOf(observation, spec).flatMap((one) => lostIn(one));
  const parts = [
    ...spec.connectors.map(({ name }) => {
      const one = lost.find((each) => each.name === name);
      return one === undefined ? gates[ofConnector(name)] : judgeLoad(name, one.seen, spec, facts);
    }),
    gates[WAY_IN],
    ...spec.services.map((service) => gates[`healthy:${service.name}`]),
    ...spec.services.map((service) => judgeSeen(observation, service.name)),
    ...spec.services.map((service) => judgeLatency(observation, spec, service.name, facts)),
  ].filter((verdict) => verdict !== undefined && verdict !== null);
  const connectors = lost.length === 0 ? connectorsWell(spec.connectors.length) : `, although ${lost.map(({ words }) => words).join(', ')}`;
  return combine(parts, `${spec.services.length} services healthy by their witnesses${connectors}`);
}

/** No update mends it, and a run may go on without it: where users are served well by all that is measured, its state alone does not make them ill. */
function lostIn({ wanted: { name }, seen }: SeenConnector) {
  const state = seen?.state.freshness === 'fresh' ? seen.state.value : null;
  if (seen === null || (state?.lifecycle !== 'ERROR' && state?.lifecycle !== 'DELETING')) return [];
  return [{ name, seen, words: `${name} is ${state.lifecycle}` }];
}

/** Nothing where there is none. */
export function connectorsWell(count: number): string {
  return count === 0 ? '' : `, ${count === 1 ? 'connector' : `${count} connectors`} well`;
}

const WORST_FIRST: readonly Outcome[] = ['fail', 'error', 'inconclusive'];

/** The worst part decides: a failure beats what could not be measured, and that beats too little data. */
export function combine(parts: readonly Verdict[], wellSaid: string): Verdict {
  for (const outcome of WORST_FIRST) {
    const found = parts.filter((part) => part.outcome === outcome);
    if (found.length > 0) return { outcome, because: [...new Set(found.map((part) => part.because))].join('; ') };
  }
  return { outcome: 'pass', because: wellSaid };
}

function problem(text: string | undefined): string {
  return text === undefined ? '' : ` (${text})`;
}
