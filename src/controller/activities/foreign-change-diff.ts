import type { ConnectorConfig } from '../../core/model/plan.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Expected, ForeignChange } from '../../../machines/incident/activities.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { ConnectorState, Observation, ServiceState, TrafficTarget } from '../../core/model/observation.ts';
import { contentOf } from '../../core/service/content.ts';
import { diffLines, settingsChanges } from '../../core/service/changes.ts';
import { sayTarget, sayTraffic } from '../../diagnosis/changes/drift.ts';
import { sameTraffic } from '../../planning/traffic-split.ts';
import { serviceOfSubject } from '../../steps/subjects.ts';
import type { ServiceHistory } from './service-history.ts';

/**
 * The configuration that later looks are compared with; what was not read in this look stays unknown. A connector that is being
 * changed shows its old bounds until it is done: that is unknown, too.
 */
export function configurationOf(observation: Observation): Expected {
  const connectors = Object.entries(observation.connectors).flatMap(([name, { state }]): [string, ConnectorConfig][] => {
    const connector = fresh(state);
    const settled = connector !== null && (connector.lifecycle === 'READY' || connector.lifecycle === 'ERROR');
    return settled ? [[name, configOf(connector)]] : [];
  });
  const states = Object.values(observation.services).map(({ name, state }) => ({ name, state: fresh(state) }));
  return {
    connectors: Object.fromEntries(connectors),
    services: Object.fromEntries(states.map(({ name, state }) => [name, state?.generation ?? null])),
    traffic: Object.fromEntries(states.flatMap(({ name, state }) => (state === null ? [] : [[name, state.traffic]]))),
    content: Object.fromEntries(states.flatMap(({ name, state }) => (state === null ? [] : [[name, contentOf(state.settings)]]))),
  };
}

function configOf({ minInstances, maxInstances, machineType }: ConnectorState): ConnectorConfig {
  return { minInstances, maxInstances, machineType };
}

/**
 * A foreign change with what exactly was changed, and which parts it touches: the traffic against the vector that the run knows,
 * all other settings against the generation that was known, where this process has seen it (`ServiceHistory`); where not, that they
 * were not compared. Values that may be secrets are not told. What could not be read stays as it came.
 */
export function withDetails(change: ForeignChange, expected: Expected, now: Observation, seen: ServiceHistory): ForeignChange {
  const name = serviceOfSubject(change.subject);
  if (name === null) return { ...change, touches: [change.subject] };
  const is = fresh(now.services[name]?.state);
  const was = seen.at(name, expected.services[name]);
  const traffic = expected.traffic?.[name] ?? was?.traffic;
  if (is === null || traffic === undefined) return change;
  const moved = !sameTraffic(traffic, is.traffic);
  const settings = was === null ? null : diffLines(settingsChanges(was.settings, is.settings));
  // What a restore of ours would put back over it.
  const isServed = moved || (was !== null && !isDeepStrictEqual(was.settings.beside().scaling, is.settings.beside().scaling));
  const diff = [
    `- generation: ${expected.services[name]}`,
    `+ generation: ${is.generation}`,
    ...(moved ? [`- traffic: ${vectorWords(traffic)}`, `+ traffic: ${sayTraffic(is)}`] : []),
    ...(settings === null ? uncompared(is) : firstOf(settings)),
    ...(!moved && settings?.length === 0 ? ['= all settings are what they were'] : []),
  ];
  // Without a moved share and without a comparison, it is the rest that must have changed.
  const rest = settings === null ? !moved : settings.length > 0;
  return { ...change, diff, touches: [...(isServed ? ['traffic'] : []), ...(rest ? ['template'] : [])] };
}

/** A service made wholly anew would fill every screen it is told on. */
const MOST_LINES = 40;

function firstOf(lines: readonly string[]): readonly string[] {
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES), `… and ${lines.length - MOST_LINES} lines more`];
}

function uncompared({ latestCreatedRevision, template }: ServiceState): readonly string[] {
  const now = `now ${latestCreatedRevision ?? 'a revision that is not known'}, image ${template.image}`;
  return [`? template: not compared, this process had not seen it before the change (${now})`];
}

function vectorWords(traffic: readonly TrafficTarget[]): string {
  return traffic.length === 0 ? 'LATEST 100 %' : traffic.map(sayTarget).join(', ');
}

/** Read in this very look. */
export function fresh<T>(measured: Measured<T> | undefined): T | null {
  return measured?.freshness === 'fresh' ? measured.value : null;
}
