import { locatedOf } from '../core/region.ts';
import type { WorkloadSpec } from '../core/model/workloads.ts';
import { comment, scalar } from './lines.ts';
import type { Survey } from './survey.ts';

/** The most of each that a document holds. */
const MOST = 20;

/** Jobs and worker pools that are there: looked at and told. */
export function workloadLines({ workloads, region: home }: Survey): readonly string[] {
  const { value, problem } = workloads;
  if (value === null) return ['', ...comment(2, `jobs and worker pools: ${problem ?? 'no reason'}`, 'not read')];
  if (value.length === 0) return [];
  return [
    '',
    ...comment(
      2,
      'What runs beside the services: how the executions of jobs end and whether worker pools are ready is told. No run changes them, and none waits for them. Leave out what has nothing to do with these services.',
    ),
    ...listOf(
      'jobs',
      value.filter(({ kind }) => kind === 'job'),
      home,
    ),
    ...listOf(
      'workerPools',
      value.filter(({ kind }) => kind === 'worker-pool'),
      home,
    ),
  ];
}

function listOf(key: string, all: readonly WorkloadSpec[], home: string): readonly string[] {
  if (all.length === 0) return [];
  const left = all.length - MOST;
  const entries = all.slice(0, MOST).map(({ name: identity }) => {
    const { name, region } = locatedOf(identity, home);
    return `    - { name: ${scalar(name)}${region === home ? '' : `, region: ${scalar(region)}`} }`;
  });
  return [`  ${key}:`, ...entries, ...(left > 0 ? comment(4, `${left} more are there than a document holds`) : [])];
}
