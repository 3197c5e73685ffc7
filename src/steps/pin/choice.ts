import type { ServiceState } from '../../core/model/observation.ts';
import { percent, percentByRevision } from '../../diagnosis/observation-queries.ts';
import { trafficCommands } from '../../planning/commands.ts';
import type { PlanScope } from '../../planning/step-decisions.ts';
import { wholeTo } from '../../planning/traffic-split.ts';

const NAMED = 5;

/**
 * What a human can choose from when no revision is known to be healthy, with what is known of each, and how the choice is made: a yes
 * to the question names none.
 */
export function choiceWords({ spec, revisions }: PlanScope, state: ServiceState): string {
  if (state.revisions.length === 0) return 'Its revisions could not be read: `gcloud run revisions list` shows them.';
  if (state.revisions.length === 1) return 'There is no other revision: mend what it needs, or deploy one.';
  const shares = percentByRevision(state.trafficStatuses, state.latestReadyRevision);
  const known = state.revisions.slice(0, NAMED).map(({ name, ready, reason }) => {
    const record = revisions[state.name]?.[name];
    const served =
      record === undefined || record.total === 0
        ? 'not known to have served users'
        : `${percent(record.failed / record.total)} of the requests known of it failed`;
    const share = shares.get(name) ?? 0;
    const stands = ready === 'no' ? `not ready: ${reason ?? 'no reason given'}` : share > 0 ? `serves ${share} % now` : 'no traffic now';
    return `${name} (${stands}, ${served})`;
  });
  const more = state.revisions.length > NAMED ? ` and ${state.revisions.length - NAMED} older` : '';
  const [command = ''] = trafficCommands(state.name, wholeTo('REVISION', []), spec);
  return `There are: ${known.join(', ')}${more}. To choose: ${command}, then \`firebreak adopt\`; or name it as its \`pin.revision\` in the document. A yes alone chooses none.`;
}
