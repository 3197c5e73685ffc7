import { MINUTE } from '../../core/duration.ts';
import type { LogGroup, Observation } from '../../core/model/observation.ts';
import { connectorsOf, ridersOf } from '../infrastructure/connectors.ts';
import type { SeenConnector } from '../infrastructure/connectors.ts';
import { fittingTimeouts } from '../infrastructure/timeouts.ts';
import type { Finding, Rule } from '../finding.ts';
import { atPlacesOf, curesOf, factOf, measuredEvidence, lineClaim, signs } from '../finding.ts';
import { countOf, evidenceOf, NO_INSTANCE } from '../observation-queries.ts';
import { signatureOf } from '../signatures.ts';

/** Said by whoever is called, not by Google. */
const OF_CALLEES: readonly string[] = ['callee-quota', 'callee-rate'];

/** So long after an instance found no room requests may still find no instance. */
const WITHIN = 10 * MINUTE;

/** Google says no: an API quota, or a region without room. */
export const quotaOrShortage: Rule = (observation, spec) => [
  ...logged(observation),
  ...connectorsOf(observation, spec).flatMap((one) => connectorInError(observation, one)),
];

function logged(observation: Observation): readonly Finding[] {
  const groups = signs(observation, 'api-quota', 'stockout', 'revision-quota', ...OF_CALLEES);
  if (groups.length === 0) return [];
  const quota = factOf(groups, 'quota');
  const said = [...groups, ...turnedAwayWith(observation, groups)];
  return [
    {
      kind: 'quota-or-regional-shortage',
      subject: quota === '' ? (groups[0]?.service ?? '') : quota,
      confidence: countOf(groups) >= 3 ? 0.8 : 0.6,
      summary: `${refusal(groups, quota)}: ${countOf(groups)} ${countOf(groups) === 1 ? 'line' : 'lines'}`,
      evidence: evidenceOf(groups),
      covers: atPlacesOf(said),
      ...lineClaim(said),
      cures: curesOf(groups),
    },
  ];
}

function refusal(groups: readonly LogGroup[], quota: string): string {
  const says = signatureOf(groups[0]?.signature ?? '')?.says ?? '';
  if (groups.every(({ signature }) => OF_CALLEES.includes(signature))) return `${says}${quota === '' ? '' : ` (${quota})`}`;
  return `Google refuses for quota or lack of room (${quota === '' ? says : quota})`;
}

/** Where Cloud Run finds no room for an instance, requests to that revision find no instance. */
function turnedAwayWith(observation: Observation, groups: readonly LogGroup[]): readonly LogGroup[] {
  const shortages = groups.filter(({ signature }) => signature === 'stockout' || signature === 'revision-quota');
  return signs(observation, NO_INSTANCE)
    .filter(({ service, revision, firstAt, lastAt }) =>
      shortages.some(
        (group) => group.service === service && group.revision === revision && group.firstAt <= lastAt && group.lastAt >= firstAt - WITHIN,
      ),
    )
    .map(({ beside: _beside, ...group }) => group);
}

/** A connector in ERROR never got healthy: quota, policy or room (gcp-facts 1.6, 12.2 cases 3 and 4). Where lines were read and nothing that rides it times out, it is a suspicion. */
function connectorInError(observation: Observation, { wanted: { name }, seen }: SeenConnector): readonly Finding[] {
  const state = seen?.state;
  if (state?.value?.lifecycle !== 'ERROR') return [];
  const riders = ridersOf(seen);
  const timesOut = observation.logs.value === null || fittingTimeouts(observation, seen).length > 0;
  return [
    {
      kind: 'quota-or-regional-shortage',
      subject: name,
      confidence: timesOut ? 0.6 : 0.3,
      summary: `${name} is in state ERROR: it did not get healthy (quota, policy or room)`,
      evidence: [measuredEvidence(state, `${name} is in state ERROR`)],
      covers: (harm) => timesOut && (riders === null || riders.includes(harm.service)),
    },
  ];
}
