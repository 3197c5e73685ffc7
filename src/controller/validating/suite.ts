import type { LookInput } from '../../../machines/incident/activities.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { ValidationCheck, ValidationReport } from '../../core/model/verdict.ts';
import type { JudgeInput } from '../../diagnosis/witnesses/judge-input.ts';
import { judgeValidation } from '../../diagnosis/validation.ts';
import { judgeGates } from '../../diagnosis/verdicts.ts';
import { judgeWorkload } from '../../diagnosis/workloads.ts';
import { judgeWayIn } from '../../diagnosis/witnesses/way-in.ts';
import { checkDatabases } from './database-check.ts';
import { judgeDoors } from './rejected-probes.ts';
import { checkEvents } from './events-check.ts';
import { walkGoldenPath } from './golden-path.ts';
import { checkHttp } from './http-checks.ts';
import { checkLogs } from './log-gate.ts';
import type { Validation, ValidateOptions } from './options.ts';
import { checkInTime } from './in-time.ts';
import { healthyName } from './unmeetable.ts';
import { checkStarts } from './starts-check.ts';

/** What a first look is judged against: nothing was changed by us. */
export const FIRST_LOOK: LookInput = { expected: null, intended: {}, servingSince: {} };

/**
 * The environment as a user would feel it, category by category: HTTP checks, services and their revisions, container starts,
 * the golden path, the WebSocket's events, the database, the logs. Passes only when the pass rate is reached and every check
 * of a critical category passes. Only an abort is thrown.
 */
export async function runValidation(options: ValidateOptions, facts: JudgeInput, signal: AbortSignal): Promise<ValidationReport> {
  const observation = await options.observer.observe(signal);
  const uriOf = (name: string): string | null => observation.services[name]?.state.value?.uri ?? null;
  const validation: Validation = { options, observation, facts, uriOf, signal };
  const http = await checkHttp(validation);
  // One after the other: the database's flood of connections must not be what the golden path is slow by.
  const path = await walkGoldenPath(validation);
  const events = await checkEvents(validation);
  const database = await checkDatabases(validation);
  const logs = await checkLogs(validation);
  // Where nothing started there is nothing to check: a healthy service may run for days, and a small document must pass all the same.
  const starts = checkStarts(validation).filter(({ verdict }) => verdict.outcome !== 'inconclusive');
  const checks = [
    ...http,
    ...servicesHealthy(validation),
    ...checkInTime(validation),
    ...wayIn(validation),
    ...starts,
    ...database,
    ...path,
    ...events,
    ...logs,
  ];
  const judged = [...judgeDoors(checks, validation), ...besideServices(observation)];
  return judgeValidation(judged, options.spec.validation.passRate, observation.at);
}

/** Jobs and worker pools: no run can mend them, so that none waits for them. */
function besideServices({ workloads = [] }: Observation): readonly ValidationCheck[] {
  return workloads.map((seen) => ({
    category: seen.kind === 'job' ? 'jobs' : 'worker pools',
    name: `${seen.name} ${seen.kind === 'job' ? 'succeeds' : 'is ready'}`,
    critical: false,
    verdict: judgeWorkload(seen),
    counts: false,
    beside: true,
  }));
}

/** The load balancer that the document names lets users in: a domain whose certificate has run out fails all of them at the door. */
function wayIn({ options: { spec }, observation }: Validation): readonly ValidationCheck[] {
  const verdict = judgeWayIn(observation, spec);
  return verdict === null
    ? []
    : [{ category: 'services', name: `users get in by ${spec.loadBalancer?.urlMap ?? ''}`, critical: true, verdict }];
}

/** The runbook's own gate of each service: its serving revision is well by probes, deaths and requests. */
export function servicesHealthy({
  options,
  observation,
  facts,
}: Pick<Validation, 'options' | 'observation' | 'facts'>): readonly ValidationCheck[] {
  const gates = judgeGates(observation, options.spec, facts);
  return options.spec.services.map(({ name }) => ({
    category: 'services',
    name: healthyName(name),
    critical: true,
    verdict: gates[`healthy:${name}`] ?? { outcome: 'error', because: 'not judged' },
  }));
}
