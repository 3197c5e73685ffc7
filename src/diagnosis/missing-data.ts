import { sayDuration } from '../core/duration.ts';
import type { Measured } from '../core/model/measured.ts';
import type { Observation } from '../core/model/observation.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { workloadWords } from '../core/model/workloads.ts';
import { connectorsOf } from './infrastructure/connectors.ts';
import { databasesOf } from './infrastructure/databases.ts';
import { sayProbe } from './witnesses/probe-words.ts';

/** What a reader might take for granted and nobody could see: absent and late values, in plain words. */
export function missingData(observation: Observation, spec: RemediationSpec): readonly string[] {
  return [
    ...gap('log lines', observation.logs, observation.at),
    ...connectorGaps(observation, spec),
    ...spec.services.flatMap((service) => serviceGaps(observation, service.name, service.health.length)),
    ...databaseGaps(observation, spec),
    ...wayInGaps(observation, spec),
    ...gap("Google's own incidents", observation.incidents, observation.at),
    ...(observation.gateways === undefined ? [] : gap('the way out of the network', observation.gateways, observation.at)),
    ...(observation.workloads ?? []).flatMap((seen) => gap(workloadWords(seen), seen.state, observation.at)),
    ...gap('recent changes by others', observation.changes, observation.at),
    ...gap('what the runtime accounts may do', observation.accounts, observation.at),
  ];
}

function wayInGaps({ loadBalancer, at }: Observation, spec: RemediationSpec): readonly string[] {
  if (spec.loadBalancer === null) return [];
  const { urlMap } = spec.loadBalancer;
  if (loadBalancer === null) return [`${urlMap}: the load balancer was not looked at`];
  return [
    ...gap(`${urlMap}: the way from the address to the services`, loadBalancer.chain, at),
    ...gap(`${urlMap}: certificates`, loadBalancer.certificates, at),
  ];
}

function connectorGaps(observation: Observation, spec: RemediationSpec): readonly string[] {
  return connectorsOf(observation, spec).flatMap(({ wanted: { name }, seen }) =>
    seen === null
      ? [`${name} was not looked at`]
      : [
          ...gap(`${name}: configuration`, seen.state, observation.at),
          ...gap(`${name}: cpu`, seen.cpuP99, observation.at),
          ...gap(`${name}: instances`, seen.instances, observation.at),
          ...gap(`${name}: who rides it`, seen.riders, observation.at),
        ],
  );
}

function serviceGaps(observation: Observation, name: string, checks: number): readonly string[] {
  const service = observation.services[name];
  if (service === undefined) return [`${name} was not looked at`];
  const unprobed = checks > 0 && service.probes.length === 0 ? [`${name}: no probe was sent in this look`] : [];
  return [
    ...gap(`${name}: configuration`, service.state, observation.at),
    ...gap(`${name}: requests`, service.requests, observation.at),
    ...gap(`${name}: latency`, service.p95Ms, observation.at),
    ...gap(`${name}: instances`, service.instances, observation.at),
    ...(service.received === undefined ? [] : gap(`${name}: what it receives`, service.received, observation.at)),
    ...(service.requests.value?.total === 0 ? [`${name}: no request in the window`] : []),
    ...unprobed,
    ...service.probes.filter(({ outcome }) => outcome === 'unsent').map((probe) => `${name}: ${sayProbe(probe)}`),
  ];
}

function databaseGaps(observation: Observation, spec: RemediationSpec): readonly string[] {
  return databasesOf(observation, spec).flatMap(({ wanted: { instance }, seen }) => {
    if (seen === null) return [`${instance} was not looked at`];
    const unlimited = seen.state.value !== null && seen.state.value.maxConnections === null;
    return [
      ...gap(`${instance}: state`, seen.state, observation.at),
      ...gap(`${instance}: connections`, seen.connections, observation.at),
      ...(unlimited ? [`${instance}: how many connections it allows is not known`] : []),
    ];
  });
}

function gap(what: string, value: Measured<unknown>, now: number): readonly string[] {
  if (value.freshness === 'fresh') return [];
  const why = value.problem === undefined ? '' : `: ${value.problem}`;
  if (value.freshness === 'absent') return [`${what} could not be seen${why}`];
  const age = value.measuredAt === null ? '' : ` (${sayDuration(now - value.measuredAt)} old)`;
  return [`${what} is late${age}${why}`];
}
