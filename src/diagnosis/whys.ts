import type { Cause, Diagnosis } from '../core/model/diagnosis.ts';
import type { Observation } from '../core/model/observation.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { connectionBudget } from './connection-budget.ts';
import { factOf } from './finding.ts';
import { changeBehind } from './onset.ts';
import { effectiveShares, groupsOf, harmOf, percent } from './reading.ts';

type Why = Diagnosis['whys'][number];

/**
 * From the symptom down, at most five, each answered from the evidence. The chain stops where the evidence stops: a why
 * that nothing answers is not asked.
 */
export function whysOf(observation: Observation, spec: RemediationSpec, causes: readonly Cause[]): readonly Why[] {
  const [first, second] = causes;
  if (first === undefined) return [];
  const now = whyNow(first, observation) ?? whatChanged(first, observation);
  const chain = [symptom(observation), mechanism(first), root(first, observation, spec), aggravation(second), now];
  return chain.filter((why) => why !== null);
}

function symptom(observation: Observation): Why | null {
  const harm = harmOf(observation);
  if (harm.length === 0) return null;
  const services = [...new Set(harm.map((place) => place.service))];
  return {
    why: `Why do users of ${services.join(', ')} see errors?`,
    because: services.map((service) => failureOf(observation, service)).join('; '),
  };
}

function failureOf(observation: Observation, service: string): string {
  const requests = observation.services[service]?.requests.value ?? null;
  const said = [];
  if (requests !== null && requests.total > 0)
    said.push(`${requests.serverErrors} of ${requests.total} requests failed (${percent(requests.serverErrors / requests.total)})`);
  const malformed = groupsOf(observation, service).filter((group) =>
    ['malformed-response', 'no-available-instance', 'server-error'].includes(group.signature),
  );
  const broken = malformed.reduce((sum, group) => sum + group.count, 0);
  if (broken > 0) said.push(`${broken} requests logged as broken off or turned away`);
  const probe = observation.services[service]?.probes.find((result) => result.outcome !== 'ok');
  if (probe !== undefined)
    said.push(`${probe.url} ${probe.status === null ? (probe.problem ?? 'gave no answer') : `answered ${probe.status}`}`);
  return `${service}: ${said.length === 0 ? 'its containers die' : said.join(', ')}`;
}

function mechanism(cause: Cause): Why | null {
  return { why: 'Why do they fail?', because: cause.summary };
}

/** The layer below the mechanism, where the evidence names one. */
function root(cause: Cause, observation: Observation, spec: RemediationSpec): Why | null {
  if (cause.kind === 'application-crash') return imageWhy(cause, observation);
  if (cause.kind === 'connector-saturation') return loadWhy(observation);
  if (cause.kind === 'connection-budget') return poolWhy(observation, spec);
  if (cause.kind === 'database-unreachable') return limitWhy(observation);
  return null;
}

function imageWhy(cause: Cause, observation: Observation): Why | null {
  const groups = (observation.logs.value ?? []).filter((group) => group.revision === cause.subject && group.signature === 'missing-module');
  const name = factOf(groups, 'module');
  if (name === '') return null;
  const image = Object.values(observation.services)
    .flatMap((service) => service.state.value?.revisions ?? [])
    .find((revision) => revision.name === cause.subject)?.image;
  return {
    why: 'Why can it not run?',
    because: `its image${image === undefined ? '' : ` ${image}`} lacks ${name}: no scaling, traffic or network change can add it`,
  };
}

function loadWhy(observation: Observation): Why | null {
  const riders = observation.connector?.riders.value ?? null;
  const state = observation.connector?.state.value ?? null;
  if (riders === null || state === null) return null;
  const all = riders.filter((rider) => rider.egress === 'ALL_TRAFFIC').map((rider) => rider.service);
  const heavy = all.length === 0 ? '' : `; ${all.join(', ')} send${all.length === 1 ? 's' : ''} all traffic through it`;
  return {
    why: 'Why is it saturated?',
    because: `${riders.length} services ride up to ${state.maxInstances} ${state.machineType} instances${heavy}`,
  };
}

function poolWhy(observation: Observation, spec: RemediationSpec): Why | null {
  const budget = connectionBudget(observation, spec);
  if (budget === null || budget.possibleNow === null || budget.allowance === null) return null;
  return {
    why: 'Why do connections run short?',
    because: `the instances of this minute may open ${budget.possibleNow} (${budget.perInstance} each), ${budget.allowance} are allowed`,
  };
}

function limitWhy(observation: Observation): Why | null {
  const seconds = factOf(
    (observation.logs.value ?? []).filter((group) => group.signature === 'database-init-timeout'),
    'seconds',
  );
  return seconds === ''
    ? null
    : { why: 'Why do they give up?', because: `the limit in force is ${seconds} s, whatever is configured elsewhere` };
}

function aggravation(cause: Cause | undefined): Why | null {
  return cause === undefined || cause.share < 0.05 ? null : { why: 'What makes it worse?', because: cause.summary };
}

/** A change of somebody's at the time it began. */
function whatChanged(cause: Cause, observation: Observation): Why | null {
  const change = changeBehind(cause, observation);
  if (change === null) return null;
  const when = `${new Date(change.at).toISOString().slice(0, 19)}Z`;
  return { why: 'Why did it begin when it did?', because: `${change.actor} changed ${change.resource} (${change.method}) at ${when}` };
}

/** Why this revision meets users at all. */
function whyNow(cause: Cause, observation: Observation): Why | null {
  if (cause.kind !== 'application-crash') return null;
  for (const service of Object.values(observation.services)) {
    const state = service.state.value;
    const revision = state?.revisions.find((candidate) => candidate.name === cause.subject);
    const share = state === null ? undefined : effectiveShares(state).get(cause.subject);
    if (revision === undefined || share === undefined) continue;
    const by = changeBehind(cause, observation);
    return {
      why: 'Why do users meet it?',
      because: `${cause.subject} was created ${new Date(revision.createdAt).toISOString()}${by === null ? '' : ` by ${by.actor}`} and has ${share} % of the traffic`,
    };
  }
  return null;
}
