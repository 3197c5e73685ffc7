import type { RevisionRecord } from '../../../src/core/model/testimony.ts';
import { serviceOfSubject } from '../../../src/steps/subjects.ts';
import type { IncidentContext } from '../context.ts';
import { sayInstant } from '../people/say-instant.ts';
import { allLeft } from '../steps.ts';
import { inForceNow } from '../trial/in-force.ts';

/**
 * What users have met since a change by others holds the run, by revision, beside how those that served before it have served. Figures,
 * no verdict: that it came of the change is for whoever decides. Pure.
 */

/** One look decides nothing. */
const AGREED_LOOKS = 2;
/** Below these shares of failed requests a figure is another than above. */
const STEPS = [0.02, 0.1, 1 / 3, 2 / 3];

interface Followed {
  readonly service: string;
  /** The same while it says nothing else: which revisions fail, and about how many of their users. */
  readonly key: string;
  readonly words: string;
}

interface Part {
  readonly name: string;
  readonly total: number;
  readonly failed: number;
}

/** Of each service that the change is about, where enough users have failed since; windows that begin before it tell nothing of it. */
export function whatFollowed(context: IncidentContext): readonly Followed[] {
  const { held, look } = context;
  if (held?.change == null || look === null) return [];
  return held.change.subjects.flatMap((subject) => {
    const service = serviceOfSubject(subject);
    return service === null ? [] : ofService(context, service, held.at);
  });
}

function ofService(context: IncidentContext, service: string, since: number): readonly Followed[] {
  const { held, look, usersIll = {}, expected, revisions } = context;
  const ill = usersIll[service];
  if (ill === undefined || ill.looks < AGREED_LOOKS || ill.untilAt <= since) return [];
  const windows = Object.entries(look?.served[service] ?? {}).filter(([, { sinceAt }]) => sinceAt >= since);
  const parts = windows.map(([name, { total, failed, turnedAway = 0 }]): Part => ({ name, total, failed: failed + turnedAway }));
  const failing = parts.filter(({ total, failed }) => total > 0 && failed / total >= STEPS[0]!);
  if (failing.length === 0) return [];
  const [window] = windows.map(([, { sinceAt, untilAt }]) => `${clock(sinceAt)}–${clock(untilAt)}`);
  const by = held?.change?.by ?? held?.by ?? 'somebody else';
  const before = (expected?.traffic?.[service] ?? [])
    .flatMap(({ revision, percent }) => (percent > 0 && revision !== null ? [revision] : []))
    .filter((name) => !failing.some((one) => one.name === name))
    .flatMap((name) => beforeWords(name, revisions[service]?.[name]));
  const now = failing.map((part) => `${part.name} fails ${sayPart(part)}`).join(', ');
  const words = `since the change by ${by} (${sayInstant(since)}) users of ${service} fail: ${now} (${window ?? ''})${before.length === 0 ? '' : `; ${before.join(', ')}`}`;
  const key = failing.map((part) => `${part.name} ${STEPS.filter((step) => part.failed / part.total >= step).length}`).join(' ');
  return [{ service, key, words }];
}

function beforeWords(name: string, record: RevisionRecord | undefined): readonly string[] {
  if (record === undefined || record.total === 0) return [];
  const { total, failed, turnedAway = 0 } = record;
  return [`${name}, which served before it, failed ${sayPart({ name, total, failed: failed + turnedAway })} in the last day`];
}

function sayPart({ total, failed }: Part): string {
  return `${failed} of ${total} requests (${Math.round((failed / total) * 100)} %)`;
}

function clock(at: number): string {
  return sayInstant(at).slice(11, 16);
}

/** '' where nothing is known to have followed. */
export function followedWords(context: IncidentContext): string {
  return whatFollowed(context)
    .map(({ words }) => words)
    .join('; ');
}

/** What each answer to a change by others does. */
export function holdAnswers(context: IncidentContext): string {
  const steps = allLeft(context).map(({ title }) => title);
  const ripe = steps.length === 0 ? 'the run goes on and plans anew by what is seen then' : `the run goes on and does: ${steps.join('; ')}`;
  const own = inForceNow(context).filter(({ outcome }) => outcome === 'applied');
  const back = own.length === 0 ? '' : `; rollback puts back what this run has made, and no change by others`;
  return `resume or adopt accepts the change, ${ripe} (a step against it only with a yes)${back}; abort ends it, and nothing is put back`;
}
