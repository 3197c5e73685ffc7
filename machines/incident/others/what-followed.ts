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
/** Figures of users are minutes late; what is older tells nothing of now. */
const SPEAKS_FOR = 8 * 60_000;
const LEAST_REQUESTS = 20;
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

/** Of each service that the change is about, where enough users fail on what serves with it. Windows that begin before it are said to. */
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
  if (ill === undefined || ill.looks < AGREED_LOOKS || look === null || look.at - ill.untilAt > SPEAKS_FOR) return [];
  const serving = look.configuration.traffic?.[service] ?? [];
  const isServing = (name: string): boolean => serving.some(({ revision, percent }) => percent > 0 && revision === name);
  const windows = Object.entries(look.served[service] ?? {});
  const parts = windows.map(([name, { total, failed, turnedAway = 0 }]): Part => ({ name, total, failed: failed + turnedAway }));
  const failing = parts.filter(({ name, total, failed }) => isServing(name) && total >= LEAST_REQUESTS && failed / total >= STEPS[0]!);
  if (failing.length === 0) return [];
  const from = Math.min(...windows.map(([, { sinceAt }]) => sinceAt));
  const to = Math.max(...windows.map(([, { untilAt }]) => untilAt));
  const by = held?.change?.by ?? held?.by ?? 'somebody else';
  const when = from >= since ? `since the change by ${by} (${sayInstant(since)})` : `already before the change by ${by} was seen`;
  const before = (expected?.traffic?.[service] ?? [])
    .flatMap(({ revision, percent }) => (percent > 0 && revision !== null ? [revision] : []))
    .filter((name) => !failing.some((one) => one.name === name))
    .flatMap((name) => beforeWords(name, revisions[service]?.[name]));
  const now = failing.map((part) => `${part.name} fails ${sayPart(part)}`).join(', ');
  const words = `${when} users of ${service} fail: ${now} (${clock(from)}–${clock(to)})${before.length === 0 ? '' : `; ${before.join(', ')}`}`;
  const shares = failing.map((part) => `${part.name} ${STEPS.filter((step) => part.failed / part.total >= step).length}`);
  return [{ service, key: [from >= since ? 'since' : 'before', ...shares].join(' '), words }];
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
