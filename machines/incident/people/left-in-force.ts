import { serviceIn } from '../../../src/steps/subjects.ts';
import type { IncidentContext, RestoreItem } from '../context.ts';
import { sayInstant } from './say-instant.ts';
import { inForceNow } from '../trial/in-force.ts';
import { restoreIsWorse } from '../trial/weigh-restore.ts';

/** What users have while something half made stays or is not put back yet, and how a hand puts it back: words. Pure. */

/** `As known at …, 10 % of the users of shop are on shop-2 (29 of 46 requests failed …), 90 % on shop-1.`; '' when it is not known. */
export function usersWords(context: IncidentContext, service: string): string {
  const { look, expected, lastWriteAt } = context;
  const seen = look !== null && look.at > lastWriteAt ? look.configuration.traffic?.[service] : undefined;
  const vector = (seen ?? expected?.traffic?.[service] ?? []).filter(({ percent }) => percent > 0);
  if (look === null || vector.length === 0) return '';
  const [first = '', ...more] = vector
    .map(({ latest, revision, percent }) => {
      const name = revision ?? (latest ? 'LATEST' : 'a revision that is not known');
      const served = look.served[service]?.[name];
      const figures =
        served === undefined || served.total === 0
          ? ''
          : ` (${served.failed} of ${served.total} requests failed, ${sayInstant(served.sinceAt)} to ${sayInstant(served.untilAt)})`;
      return { percent, on: `on ${name}${figures}` };
    })
    .map(({ percent, on }, index) => (index === 0 ? `${percent} % of the users of ${service} are ${on}` : `${percent} % ${on}`));
  return `As known at ${sayInstant(look.at)}, ${[first, ...more].join(', ')}.`;
}

/** What a hand does, as a command where there is one; '' when nothing of this run's is known to be there. */
function wayBackWords(context: IncidentContext, { service, undoes }: Pick<RestoreItem, 'service' | 'undoes'>): string {
  const ways = inForceNow(context)
    .filter(({ after, stepId, undo }) => serviceIn(after) === service && (undoes === undefined || stepId === undoes) && undo !== '')
    .map(({ undo }) => (undo.includes('gcloud ') ? undo.slice(undo.indexOf('gcloud ')) : undo));
  return ways.length === 0 ? '' : `To put it back by hand: ${[...new Set(ways.reverse())].join('; ')}`;
}

/** All that is still to be put back; '' when nothing is. */
export function leftWords(context: IncidentContext): string {
  const said = context.restoreQueue.flatMap((item) => [usersWords(context, item.service), wayBackWords(context, item)]);
  return said.filter((words) => words !== '').join(' ');
}

export function whatOf({ service, bounds }: RestoreItem): string {
  return `the ${bounds === undefined ? 'traffic' : 'traffic and the bounds of the instances'} of ${service}`;
}

/** What a failure leaves to be asked; where something is to be put back first, what is in force until then. */
export function failureAsked(context: IncidentContext): string {
  const failure = (context.failure ?? 'a step failed').replace(/\.{1,3}$/, '');
  if (context.restoreQueue.length === 0 || restoreIsWorse({ context })) return `${failure}. Look and plan again?`;
  return [`${failure}.`, `${leftWords(context)}.`, 'Try once more to put it back, then look and plan again?']
    .filter((part) => part !== '.')
    .join(' ');
}
