import type { Expected, ForeignChange } from '../../../machines/incident/activities.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { ConnectorState, Observation, ServiceState } from '../../core/model/observation.ts';
import { sayTarget } from '../../diagnosis/drift.ts';
import { sameVector } from '../../planning/vector.ts';

/**
 * The configuration that later looks are compared with; what was not read in this look stays unknown. A connector that is being
 * changed shows its old bounds until it is done: that is unknown, too.
 */
export function configurationOf(observation: Observation): Expected {
  const connector = fresh(observation.connector?.state);
  const settled = connector !== null && (connector.lifecycle === 'READY' || connector.lifecycle === 'ERROR');
  const services = Object.values(observation.services).map(({ name, state }): [string, string | null] => [
    name,
    fresh(state)?.generation ?? null,
  ]);
  return { connector: settled ? configOf(connector) : null, services: Object.fromEntries(services) };
}

function configOf({ minInstances, maxInstances, machineType }: ConnectorState): NonNullable<Expected['connector']> {
  return { minInstances, maxInstances, machineType };
}

/**
 * A foreign change with what exactly was changed, where an earlier look (of this process) shows the generation that was known:
 * what it was by the side of what it is, and which parts it touches. Otherwise as it came.
 */
export function withDetails(change: ForeignChange, expected: Expected, now: Observation, before: Observation | null): ForeignChange {
  const [kind, name = ''] = change.subject.split(':');
  if (kind === 'connector') return { ...change, touches: ['connector'] };
  const is = fresh(now.services[name]?.state);
  const was = fresh(before?.services[name]?.state);
  if (is === null || was === null || was.generation !== expected.services[name]) return change;
  const sameTraffic = sameVector(was.traffic, is.traffic);
  const template = templateDiff(was, is);
  const generation = [`- generation: ${was.generation}`, `+ generation: ${is.generation}`];
  const traffic = sameTraffic ? [] : [`- traffic: ${vectorWords(was)}`, `+ traffic: ${vectorWords(is)}`];
  const touches = [...(sameTraffic ? [] : ['traffic']), ...(template.length === 0 ? [] : ['template'])];
  return { ...change, diff: [...generation, ...traffic, ...template], touches };
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

function vectorWords({ traffic }: ServiceState): string {
  return traffic.length === 0 ? 'LATEST 100 %' : traffic.map(sayTarget).join(', ');
}

/** Read in this very look. */
export function fresh<T>(measured: Measured<T> | undefined): T | null {
  return measured?.freshness === 'fresh' ? measured.value : null;
}
