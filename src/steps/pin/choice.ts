import { sayDuration, sayMinute } from '../../core/duration.ts';
import type { Observation, ServiceState } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { RevisionRecord } from '../../core/model/testimony.ts';
import { percent, percentByRevision } from '../../diagnosis/observation-queries.ts';
import { trafficCommands } from '../../planning/commands.ts';
import { isLate, lateFrom, lateOf } from '../../diagnosis/witnesses/served.ts';
import { NO_SERIES } from '../../diagnosis/witnesses/request-evidence.ts';
import { sayLast } from './last-healthy.ts';
import type { PlanScope } from '../../planning/step-decisions.ts';
import { wholeTo } from '../../planning/traffic-split.ts';

const NAMED = 5;

/**
 * What a human can choose from when no revision is known to be healthy, with what is known of each, and how the choice is made: a yes
 * to the question names none.
 */
export function choiceWords(
  { spec, revisions, observation }: Pick<PlanScope, 'spec' | 'revisions' | 'observation'>,
  state: ServiceState,
): string {
  if (state.revisions.length === 0) return 'Its revisions could not be read: `gcloud run revisions list` shows them.';
  if (state.revisions.length === 1) return 'There is no other revision: mend what it needs, or deploy one.';
  const notServed = isHistoryRead({ revisions, observation }, state.name)
    ? 'not known to have served users'
    : 'how it served users could not be read';
  const shares = percentByRevision(state.trafficStatuses, state.latestReadyRevision);
  const known = state.revisions.slice(0, NAMED).map(({ name, ready, reason }) => {
    const served = [...nowWords(observation, state.name, name), ...knownWords(revisions[state.name]?.[name], spec)];
    const share = shares.get(name) ?? 0;
    const stands = ready === 'no' ? `not ready: ${reason ?? 'no reason given'}` : share > 0 ? `serves ${share} % now` : 'no traffic now';
    return `${name} (${stands}, ${served.length === 0 ? notServed : served.join('; ')})`;
  });
  const more = state.revisions.length > NAMED ? ` and ${state.revisions.length - NAMED} older` : '';
  const [command = ''] = trafficCommands(state.name, wholeTo('REVISION', []), spec);
  return `There are: ${known.join(', ')}${more}. To choose: ${command}, then \`firebreak adopt\`; or name it as its \`pin.revision\` in the document. A yes alone chooses none.`;
}

/** Whether anything could be read of how its revisions have served: where nothing could, that none is known to have is no word on them. */
export function isHistoryRead({ revisions, observation }: Pick<PlanScope, 'revisions' | 'observation'>, service: string): boolean {
  const day = observation.services[service]?.day;
  if (day === undefined || day.value !== null || day.problem === NO_SERIES) return true;
  return Object.values(revisions[service] ?? {}).some(({ total }) => total > 0);
}

/** Of the newest figures alone: hours of before say nothing of now. */
function nowWords(observation: Observation, service: string, revision: string): readonly string[] {
  const requests = observation.services[service]?.requests;
  const stats = requests?.freshness === 'fresh' ? requests.value : null;
  const now = stats?.byRevision[revision];
  if (stats === null || now === undefined || now.total === 0) return [];
  const until = stats.untilAt ?? requests?.measuredAt ?? observation.at;
  return [
    `${percent(now.serverErrors / now.total)} of its ${now.total} requests failed from ${sayMinute(stats.sinceAt)} to ${sayMinute(until)}`,
  ];
}

function knownWords(record: RevisionRecord | undefined, spec: RemediationSpec): readonly string[] {
  if (record === undefined || record.total === 0) return [];
  return [`${percent(record.failed / record.total)} of all requests known of it failed${lateWords(record, spec)}${sayLast(record)}`];
}

/** Said where it is more than its percentile may leave. */
function lateWords(record: RevisionRecord, spec: RemediationSpec): string {
  const late = isLate(record) ? lateOf(record) : null;
  return late === null ? '' : `, ${percent(late.failed / late.total)} took longer than ${sayDuration(lateFrom(spec))}`;
}
