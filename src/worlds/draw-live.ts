import { workloadWords } from '../core/model/workloads.ts';
import type { Drawn } from './draw.ts';
import { drawAnswers } from './draw-answers.ts';
import { liveConnectors, ridingOf } from './live/connector.ts';
import { connectorIsFull, cutOff, servicesSeen } from './live/observed-services.ts';
import type { LiveLook, LiveService } from './live/observed-services.ts';
import { PER_REQUEST, historyOf, liveService } from './live/service.ts';
import type { Pools } from './live/service.ts';
import { liveDatabases, liveIncidents, liveLoadBalancer } from './live/resources.ts';
import { liveWorkloads } from './live/workloads.ts';

/**
 * The world of a document as one look has seen it, ill where it is ill: load, revisions, instances and what is wrong with them, the
 * connector, the database, the way in with its certificates, Google's incidents. Environment, secrets, accounts and names of people are not in
 * it. Pure. Null: none of its services is there.
 */
export function drawLive(look: LiveLook): Drawn | null {
  const { spec } = look;
  const seen = servicesSeen(look);
  if (seen.length === 0) return null;
  const connectors = liveConnectors(look, seen);
  const databases = liveDatabases(look, seen);
  const balancer = liveLoadBalancer(look);
  const incidents = liveIncidents(look);
  const pools: Pools = { held: (name) => databases.map(({ pools: of }) => of.held(name)).find((held) => held !== null) ?? null };
  const services = seen.map((live) => liveService(live, look, { others: seen, pools, riding: ridingOf(connectors, live) }));
  const history = historyOf(services);
  return {
    world: {
      project: spec.project,
      region: spec.region,
      ...(history === null ? {} : { history }),
      ...(connectors.length === 0 ? {} : { connectors: connectors.map(({ drawn }) => drawn) }),
      ...(databases.length === 0 ? {} : { databases: databases.map(({ drawn }) => drawn) }),
      ...(balancer === null ? {} : { loadBalancers: [balancer] }),
      ...networkOf(seen.map((live) => cutOff(live, look))),
      ...(incidents.length === 0 ? {} : { incidents }),
      services,
      ...liveWorkloads(look.observation.workloads ?? [], look.observation.at),
    },
    guesses: guessesOf(look, seen),
    unknowns: missingData(look, seen),
  };
}

function networkOf(cuts: readonly ReturnType<typeof cutOff>[]): Pick<Drawn['world'], 'network'> {
  if (cuts.includes('names')) return { network: { privateNames: 'fail' } };
  return cuts.includes('admin-api') ? { network: { publicEgress: 'cut' } } : {};
}

function guessesOf(look: LiveLook, seen: readonly LiveService[]): readonly string[] {
  const { spec } = look;
  const ill = seen.filter(({ serving, isIll }) => serving.some(({ revision }) => isIll(revision))).map(({ spec: { name } }) => name);
  return [
    'every revision has the resources, bounds and network of the present template, 12 s to start, and 80 requests at once unless it says otherwise',
    ...seen
      .filter(({ spec: { dependsOn } }) => dependsOn.length > 0)
      .map(
        ({ spec: { name, dependsOn } }) =>
          `${name} calls ${dependsOn.join(', ')} in ${PER_REQUEST * 100} of 100 requests, because it depends on it; what is left of the load there comes from elsewhere`,
      ),
    ...(ill.length === 0
      ? []
      : [
          `${ill.join(', ')}: what fails now has failed for the last hour, and instances that came up broken stay so until they are replaced; a well answer takes 110 ms`,
        ]),
    ...spec.connectors.map(({ name }) =>
      connectorIsFull(look, name)
        ? `${name}: 1.3 times what it carries wants through it; what its services do not explain comes from others, and stays`
        : `${name}: what its services do not explain comes from others, and stays`,
    ),
    ...spec.databases.map(
      ({ instance }) =>
        `${instance}: its connections are shared out evenly among the instances of ${spec.databases.length === 1 ? 'every service but the front ends' : 'the services that use it'}, and an instance opens no more of them while it starts`,
    ),
    ...drawAnswers(spec).guesses,
  ];
}

function missingData(look: LiveLook, seen: readonly LiveService[]): readonly string[] {
  const { spec, observation, waysIn } = look;
  const away = spec.services.filter(({ name }) => !seen.some((live) => live.spec.name === name));
  const unmeasured = seen.filter(({ rate }) => rate === null).map(({ spec: { name } }) => name);
  const problem = (what: string, reading: { readonly value: unknown; readonly problem?: string } | null | undefined): readonly string[] =>
    reading?.value === null ? [`${what}: ${reading.problem ?? 'not measured'}`] : [];
  return [
    ...away.map(({ name }) => `${name}: ${observation.services[name]?.state.problem ?? 'it could not be read'}; it is not in the world`),
    ...(unmeasured.length === 0 ? [] : [`the load of ${unmeasured.join(', ')}: no request was counted, so that it is drawn as none`]),
    ...spec.connectors.flatMap(({ name }) => [
      ...problem(`the connector ${name}`, observation.connectors[name]?.state),
      ...problem(`the use of the connector ${name}`, observation.connectors[name]?.cpuP99),
    ]),
    ...spec.databases.flatMap(({ instance }) => [
      ...problem(`the database ${instance}`, observation.databases[instance]?.state),
      ...problem(`the connections of ${instance}`, observation.databases[instance]?.connections),
    ]),
    ...problem('the way in, which is guessed by the names of its domains', waysIn),
    ...problem('the certificates', observation.loadBalancer?.certificates),
    ...problem('the logs', observation.logs),
    ...(observation.workloads ?? []).flatMap((one) => problem(`${workloadWords(one)}, which is drawn well`, one.state)),
    'environment, secrets, accounts and their roles, and who changes things: they are left out',
    'how the load changes, who calls whom beyond dependsOn, and what a service does when another one fails',
    'what else uses the connector, the database and the quotas',
    ...((observation.incidents.value ?? []).length === 0 ? [] : ['what Google’s incidents do to requests']),
    ...drawAnswers(spec).unknowns,
  ];
}
