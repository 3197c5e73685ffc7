import { defined } from '../../../core/defined.ts';
import { invalid } from '../../surface/api-error.ts';
import { mean, numberOf, percentile, PERCENTILES, total, type Point, type Series, type Value } from './align.ts';
import { reader } from './filter.ts';

export const REDUCERS = [
  'REDUCE_NONE', 'REDUCE_MEAN', 'REDUCE_MIN', 'REDUCE_MAX', 'REDUCE_SUM', 'REDUCE_STDDEV', 'REDUCE_COUNT', 'REDUCE_COUNT_TRUE', 'REDUCE_FRACTION_TRUE',
  'REDUCE_PERCENTILE_99', 'REDUCE_PERCENTILE_95', 'REDUCE_PERCENTILE_50', 'REDUCE_PERCENTILE_05', '13', '14', 'REDUCE_COUNT_FALSE',
] as const; // prettier-ignore

export type Reducer = (typeof REDUCERS)[number];

/**
 * One series per group of equal `groupByFields`; other labels are aggregated away, the project remains. Points of the same
 * window are combined; a window that only some series have is combined from those.
 */
export function reduce(all: readonly Series[], reducer: Reducer, groupByFields: readonly string[]): readonly Series[] {
  const fields = groupByFields.map(readField);
  const groups = new Map<string, Series[]>();
  for (const series of all) {
    const key = JSON.stringify([series.resourceType, ...fields.map(({ read }) => read(series) ?? null)]);
    const present = groups.get(key);
    if (present) present.push(series);
    else groups.set(key, [series]);
  }
  return [...groups.values()].map((group) => combine(group, reducer, fields));
}

interface GroupField {
  readonly where: 'metric' | 'resource' | 'type';
  readonly label: string;
  read(series: Series): string | undefined;
}

function readField(name: string): GroupField {
  const found = /^(metric|resource)\.labels?\."?([\w-]+)"?$/.exec(name);
  if (name === 'resource.type' || name === 'metric.type') return { where: 'type', label: '', read: (series) => series.resourceType };
  if (!found)
    throw invalid(`Field aggregation.groupByFields had an invalid value of "${name}": Unknown field.`, 'aggregation.groupByFields');
  return { where: found[1] as 'metric' | 'resource', label: defined(found[2]), read: reader(name) };
}

function combine(group: readonly Series[], reducer: Reducer, fields: readonly GroupField[]): Series {
  const [first] = group as [Series];
  const rule = ruleFor(reducer, first.type);
  const windows = new Map<number, Point[]>();
  for (const { points } of group) {
    for (const point of points) {
      const present = windows.get(point.end);
      if (present) present.push(point);
      else windows.set(point.end, [point]);
    }
  }
  const points = [...windows.values()]
    .sort(([one], [other]) => defined(one).end - defined(other).end)
    .map((inside) => ({
      start: defined(inside[0]).start,
      end: defined(inside[0]).end,
      value: rule.combine(inside.map(({ value }) => value)),
    }));
  const project = first.resourceLabels['project_id'];
  return {
    metricLabels: kept(first, fields, 'metric'),
    resourceType: first.resourceType,
    resourceLabels: { ...(project !== undefined && { project_id: project }), ...kept(first, fields, 'resource') },
    kind: reducer.startsWith('REDUCE_PERCENTILE') || reducer === 'REDUCE_COUNT' ? 'GAUGE' : first.kind,
    type: rule.type,
    points,
  };
}

function kept(series: Series, fields: readonly GroupField[], where: 'metric' | 'resource'): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const field of fields) if (field.where === where) labels[field.label] = field.read(series) ?? '';
  return labels;
}

function ruleFor(reducer: Reducer, type: Series['type']): { readonly type: Series['type']; combine(values: readonly Value[]): Value } {
  const numeric = type !== 'DISTRIBUTION';
  if (reducer === 'REDUCE_SUM') return { type, combine: total };
  if (reducer === 'REDUCE_MEAN' && numeric) return { type: 'DOUBLE', combine: mean };
  if (reducer === 'REDUCE_MAX' && numeric) return { type, combine: (values) => Math.max(...values.map(numberOf)) };
  if (reducer === 'REDUCE_MIN' && numeric) return { type, combine: (values) => Math.min(...values.map(numberOf)) };
  if (reducer === 'REDUCE_COUNT') return { type: 'INT64', combine: (values) => values.length };
  const share = PERCENTILES[reducer];
  if (share === undefined)
    throw invalid(`The reducer ${reducer} cannot be applied to value type ${type}.`, 'aggregation.crossSeriesReducer');
  if (!numeric) return { type: 'DOUBLE', combine: (values) => percentile(total(values) as Exclude<Value, number>, share) };
  return { type: 'DOUBLE', combine: (values) => nearestRank(values.map(numberOf), share) };
}

function nearestRank(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return defined(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]);
}
