import type { Expected, ForeignChange } from '../../../machines/incident/activities.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { ConnectorState, Observation, ServiceState, TrafficTarget } from '../../core/model/observation.ts';
import { sayTarget } from '../../diagnosis/drift.ts';
import { sameVector } from '../../planning/vector.ts';

/**
 * The configuration that later looks are compared with; what was not read in this look stays unknown. A connector that is being
 * changed shows its old bounds until it is done: that is unknown, too.
 */
export function configurationOf(observation: Observation): Expected {
  const connector = fresh(observation.connector?.state);
  const settled = connector !== null && (connector.lifecycle === 'READY' || connector.lifecycle === 'ERROR');
  const states = Object.values(observation.services).map(({ name, state }) => ({ name, state: fresh(state) }));
  return {
    connector: settled ? configOf(connector) : null,
    services: Object.fromEntries(states.map(({ name, state }) => [name, state?.generation ?? null])),
    traffic: Object.fromEntries(states.flatMap(({ name, state }) => (state === null ? [] : [[name, state.traffic]]))),
  };
}

function configOf({ minInstances, maxInstances, machineType }: ConnectorState): NonNullable<Expected['connector']> {
  return { minInstances, maxInstances, machineType };
}

/**
 * A foreign change with what exactly was changed: the traffic against the vector that the run knows, the template against an
 * earlier look (of this process) where that shows the generation that was known; and which parts it touches. Without either, as
 * it came.
 */
export function withDetails(change: ForeignChange, expected: Expected, now: Observation, before: Observation | null): ForeignChange {
  const [kind, name = ''] = change.subject.split(':');
  if (kind === 'connector') return { ...change, touches: ['connector'] };
  const is = fresh(now.services[name]?.state);
  const earlier = fresh(before?.services[name]?.state);
  const was = earlier?.generation === expected.services[name] ? earlier : null;
  const traffic = expected.traffic?.[name] ?? was?.traffic;
  if (is === null || traffic === undefined) return change;
  const sameTraffic = sameVector(traffic, is.traffic);
  const template =
    was === null ? [`+ template: ${is.latestCreatedRevision ?? 'not known'}, image ${is.template.image}`] : templateDiff(was, is);
  const diff = [
    `- generation: ${expected.services[name]}`,
    `+ generation: ${is.generation}`,
    ...(sameTraffic ? [] : [`- traffic: ${vectorWords(traffic)}`, `+ traffic: ${vectorWords(is.traffic)}`]),
    ...template,
  ];
  return {
    ...change,
    diff,
    touches: [...(sameTraffic ? [] : ['traffic']), ...(was !== null && template.length === 0 ? [] : ['template'])],
  };
}

function templateDiff({ template: was }: ServiceState, { template: is }: ServiceState): readonly string[] {
  const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])] as (keyof ServiceState['template'])[];
  return fields.flatMap((field) =>
    field === 'env' || field === 'secrets' ? entriesDiff(field, was[field], is[field]) : valueDiff(field, was[field], is[field]),
  );
}

function entriesDiff(of: string, was: Readonly<Record<string, string>>, is: Readonly<Record<string, string>>): readonly string[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name) => valueDiff(`${of} ${name}`, was[name], is[name]));
}

function valueDiff(what: string, was: unknown, is: unknown): readonly string[] {
  if (JSON.stringify(was ?? null) === JSON.stringify(is ?? null)) return [];
  return [...(was == null ? [] : [`- ${what}: ${words(was)}`]), ...(is == null ? [] : [`+ ${what}: ${words(is)}`])];
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function vectorWords(traffic: readonly TrafficTarget[]): string {
  return traffic.length === 0 ? 'LATEST 100 %' : traffic.map(sayTarget).join(', ');
}

/** Read in this very look. */
export function fresh<T>(measured: Measured<T> | undefined): T | null {
  return measured?.freshness === 'fresh' ? measured.value : null;
}
