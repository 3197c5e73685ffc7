import { sayDuration } from '../core/duration.ts';
import type { Cause, Diagnosis } from '../core/model/diagnosis.ts';
import type { ConnectorObservation, Observation } from '../core/model/observation.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { connectionBudgets } from './infrastructure/connection-budget.ts';
import type { ConnectionBudget } from './infrastructure/connection-budget.ts';
import { factOf } from './finding.ts';
import { sayProbe } from './witnesses/probe-words.ts';
import { beganAt, changeBehind } from './changes/onset.ts';
import { deathsIn, effectiveShares, failuresIn, groupsOf, harmOf, percent, recentGroups } from './observation-queries.ts';

type Why = Diagnosis['whys'][number];

/**
 * From the symptom down, at most five, each answered from the evidence. The chain stops where the evidence stops: a why
 * that nothing answers is not asked.
 */
export function fiveWhys(observation: Observation, spec: RemediationSpec, causes: readonly Cause[]): readonly Why[] {
  const [first, second] = causes;
  if (first === undefined) return [];
  const now = whyNow(first, observation) ?? whatPreceded(first, observation);
  const chain = [
    symptom(observation),
    from(0, mechanism(first)),
    from(0, root(first, observation, spec)),
    from(1, aggravation(second)),
    from(0, now),
  ];
  return chain.filter((why) => why !== null);
}

/** Read from what the cause of this place stands on. */
function from(of: number, why: Why | null): Why | null {
  return why === null ? null : { ...why, of };
}

/** What users meet: of the services that fail; where none does, of those that only answer too late. */
function symptom(observation: Observation): Why | null {
  const harmed = [...new Set(harmOf(observation).map((place) => place.service))];
  const told = harmed.map((service) => ({ service, failures: failuresOf(observation, service) }));
  const failing = told.filter(({ failures }) => failures.length > 0);
  if (failing.length > 0) {
    return {
      why: `Why do users of ${failing.map(({ service }) => service).join(', ')} see errors?`,
      because: failing.map(({ service, failures }) => `${service}: ${failures.join(', ')}`).join('; '),
      evidence: failing.map(({ service, failures }) => ({
        source: `run.googleapis.com/request_count and own requests (${service})`,
        at: observation.services[service]?.requests.measuredAt ?? observation.at,
        text: failures.join(', '),
      })),
    };
  }
  const late = harmed
    .map((service) => ({ service, answers: lateAnswers(observation, service) }))
    .filter(({ answers }) => answers.length > 0);
  if (late.length === 0) return null;
  return {
    why: `Why do users of ${late.map(({ service }) => service).join(', ')} wait?`,
    because: late.map(({ service, answers }) => `${service}: ${answers.join(', ')}`).join('; '),
  };
}

function failuresOf(observation: Observation, service: string): readonly string[] {
  const { requests, probes = [] } = observation.services[service] ?? {};
  const { total = 0, serverErrors = 0 } = requests?.value ?? {};
  const groups = recentGroups(groupsOf(observation, service), observation.at);
  const broken = failuresIn(groups);
  const probe = probes.find(({ outcome }) => outcome === 'bad-status' || outcome === 'error');
  const said = [
    ...(serverErrors > 0 ? [`${serverErrors} of ${total} requests failed (${percent(serverErrors / total)})`] : []),
    ...(broken > 0 ? [`${broken} requests logged as broken off or turned away`] : []),
    ...(probe === undefined ? [] : [sayProbe(probe)]),
  ];
  const unknown = requests?.value === undefined || requests.value === null;
  return said.length === 0 && unknown && deathsIn(groups) > 0 ? ['its containers die'] : said;
}

function lateAnswers(observation: Observation, service: string): readonly string[] {
  const late = (observation.services[service]?.probes ?? []).filter(({ outcome }) => outcome === 'slow');
  return late.map(
    ({ url, latencyMs, maxLatencyMs }) => `${url} answered in ${sayDuration(latencyMs)} (at most ${sayDuration(maxLatencyMs)})`,
  );
}

function mechanism(cause: Cause): Why | null {
  return { why: 'Why do they fail?', because: cause.summary };
}

/** The layer below the mechanism, where the evidence names one. */
function root(cause: Cause, observation: Observation, spec: RemediationSpec): Why | null {
  if (cause.kind === 'application-crash') return imageWhy(cause, observation);
  if (cause.kind === 'connector-saturation') return loadWhy(observation.connectors[cause.subject]);
  if (cause.kind === 'connection-budget')
    return poolWhy(connectionBudgets(observation, spec).find(({ instance }) => instance === cause.subject));
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

function loadWhy(connector: ConnectorObservation | undefined): Why | null {
  const riders = connector?.riders.value ?? null;
  const state = connector?.state.value ?? null;
  if (riders === null || state === null) return null;
  const all = riders.filter((rider) => rider.egress === 'ALL_TRAFFIC').map((rider) => rider.service);
  const heavy = all.length === 0 ? '' : `; ${all.join(', ')} send${all.length === 1 ? 's' : ''} all traffic through it`;
  return {
    why: 'Why is it saturated?',
    because: `${riders.length === 1 ? 'one service rides' : `${riders.length} services ride`} up to ${state.maxInstances} ${state.machineType} instances${heavy}`,
  };
}

function poolWhy(budget: ConnectionBudget | undefined): Why | null {
  if (budget === undefined || budget.possibleNow === null || budget.allowance === null) return null;
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

export const WHAT_PRECEDED = 'What came before it?';

/** A change of somebody's at the time it began. That one came before the other is no proof that it caused it, and is not called so. */
function whatPreceded(cause: Cause, observation: Observation): Why | null {
  const change = changeBehind(cause, observation);
  const began = beganAt(observation);
  if (change === null || began === null) return null;
  const when = `${new Date(change.at).toISOString().slice(0, 19)}Z`;
  const how = change.at < began ? `preceded by ${sayDuration(began - change.at)}` : 'at the same time';
  return {
    why: WHAT_PRECEDED,
    because: `${how}: ${change.actor} changed ${change.resource} (${change.method}) at ${when}; that it is the cause is not shown`,
  };
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
