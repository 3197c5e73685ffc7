import type { Statement } from '../../../src/core/model/testimony.ts';
import type { IncidentContext } from '../context.ts';
import { sayInstant } from '../people/say-instant.ts';
import { deniedWords } from '../people/waiting-told.ts';

/**
 * Nothing that can be seen is ill, and not everything can be seen: a source of evidence is dark, or nobody calls. That proves no recovery and is
 * no outage: people hear of it early, and Google is not called for it. Pure.
 */

const OF_LOOKS = 5;
/** After so long people are told: figures that come late have come by then. */
const TOLD_AFTER_MS = 10 * 60_000;
/** What a step in hand asks of its service, or of what it shares; no word on how users are served. */
const OF_STEPS = /^(?:one-revision|bounded|room|restored):/;
/** Silent because it could not be read, or came from our own trouble. */
const DARK: readonly Statement['silence'][] = ['unread', 'observer'];
/** Silent, and yet not without a word against it. */
const DOUBTFUL: readonly Statement['silence'][] = ['unsure', 'falling', 'late'];

/** No look of the last ones holds a word against any service, users or our probes speak for each, and something cannot be seen. */
export function onlyUnmeasured({ look, witnessed, usersIll = {} }: IncidentContext): boolean {
  const recent = witnessed.slice(-OF_LOOKS);
  if (look === null || recent.length < OF_LOOKS || look.gates['all']?.outcome === 'pass') return false;
  const words = recent.flatMap(({ services }) => Object.values(services));
  if (words.some((said) => Object.values(said).includes('ill'))) return false;
  const gates = Object.entries(look.gates).filter(([gate]) => gate !== 'all' && !OF_STEPS.test(gate));
  if (gates.some(([, { outcome }]) => outcome === 'fail')) return false;
  const said = Object.values(look.testimony);
  if (said.some((testimony) => Object.values(testimony).some(({ silence }) => DOUBTFUL.includes(silence)))) return false;
  if (said.some(({ probes, requests }) => probes.word !== 'well' && requests.word !== 'well')) return false;
  const isDark = said.some((testimony) => Object.values(testimony).some(({ silence }) => DARK.includes(silence)));
  return isDark || gates.some(([, { outcome }]) => outcome === 'error') || Object.keys(usersIll).length > 0;
}

/** What the newest look adds to it, and what people are told: once, where nothing is under way and nobody is asked or called already. */
export function tellUnmeasured(context: IncidentContext): Required<Pick<IncidentContext, 'unmeasured' | 'outbox'>> {
  const { look, unmeasured = null, outbox, target } = context;
  if (look === null) return { unmeasured, outbox };
  if (!onlyUnmeasured(context)) {
    const words = `${target}: what could not be seen since ${sayInstant(unmeasured?.since ?? 0)} is seen again: ${look.headline}.`;
    return { unmeasured: null, outbox: unmeasured?.told === true ? [...outbox, words] : outbox };
  }
  const since = unmeasured?.since ?? look.at;
  const isDue = unmeasured?.told !== true && look.at - since >= TOLD_AFTER_MS && isAlone(context);
  const words = `${target}: ${unmeasuredWords(context)}. Nothing is changed for that, and recovery is not proven before it can be seen; if it cannot be seen by ${sayInstant(context.windowEndsAt)}, it is handed to people.`;
  return { unmeasured: { since, told: isDue || unmeasured?.told === true }, outbox: isDue ? [...outbox, words] : outbox };
}

function isAlone({ stepId, question, askedAt, escalation, held }: IncidentContext): boolean {
  return stepId === null && question === null && askedAt === null && escalation === null && held === null;
}

/** What is seen well, and what keeps the rest from being told. */
export function unmeasuredWords({ look }: IncidentContext): string {
  const well = Object.entries(look?.testimony ?? {}).flatMap(([service, { requests, probes }]) => {
    const said = [requests, probes].find(({ word }) => word === 'well');
    return said === undefined ? [] : [`${service}: ${said.because}`];
  });
  const seen = `nothing that can be seen is ill (${well.join('; ')})`;
  const lost = deniedWords(look?.denied ?? []);
  return `${seen}, and yet it cannot be shown that all is well: ${look?.gates['all']?.because ?? 'no look could be taken'}${lost === '' ? '' : `. ${lost.slice(0, -1)}`}`;
}
