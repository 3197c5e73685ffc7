import { nextGeneration } from '../../../src/core/service/generation.ts';
import { subjectOf } from '../../../src/steps/index.ts';
import { connectorIn, ofConnector, serviceOfSubject, subjectFor, takenOverBy } from '../../../src/steps/subjects.ts';
import type { ConnectorConfig } from '../../../src/core/model/plan.ts';
import type { Expected, ForeignChange } from '../activities.ts';
import type { IncidentContext } from '../context.ts';
import { concerns } from './concern.ts';

/** What the world's configuration is compared with, and what follows when somebody else has changed it. Pure. */

/**
 * What the newest look shows otherwise than the run knows it: changed by somebody else (I2). Compared with what is known now,
 * not with what was known when the look began: a look repeated after a crash may know less than the run. Unknown on either
 * side, and a write of ours that was never answered, are no foreign change.
 */
export function driftOf(context: IncidentContext): readonly string[] {
  const { look, expected } = context;
  if (look === null || expected === null) return [];
  const seen = look.configuration;
  const services = changedServices(context)
    .filter((name) => concerns(context, name) && !isSameContent(expected, seen, name))
    .map(subjectFor);
  const connectors = Object.keys(expected.connectors)
    .filter((name) => isOtherSize(expected, seen, name))
    .map(ofConnector)
    .filter((subject) => !maySend(context, subject));
  return [...connectors, ...services];
}

/** I2: a change we did not make. A look that began before our own last write ended proves nothing. */
export function changedByOthers(context: IncidentContext): boolean {
  const { writing, look, lastWriteAt } = context;
  return !writing && (look?.at ?? 0) > lastWriteAt && driftOf(context).length > 0;
}

/**
 * Changed by somebody else, and none of this run's business: only labels, annotations or the description of a service, or a
 * service that the run neither writes nor reads nor depends on. Noted and known from then on; it holds nothing.
 */
export function notedIn(context: IncidentContext): readonly string[] {
  const { look, expected } = context;
  if (look === null || expected === null) return [];
  return changedServices(context).filter((name) => !concerns(context, name) || isSameContent(expected, look.configuration, name));
}

/** Of these services only labels, annotations or the description were changed, as far as both sides are known. */
export function onlyLabels({ look, expected }: Pick<IncidentContext, 'look' | 'expected'>, name: string): boolean {
  return look !== null && expected !== null && isSameContent(expected, look.configuration, name);
}

function changedServices(context: IncidentContext): readonly string[] {
  const { look, expected } = context;
  if (look === null || expected === null) return [];
  const seen = look.configuration;
  return Object.entries(expected.services)
    .filter(([name, known]) => isFurther(known, seen.services[name] ?? null) && !maybeOurs(context, name, known, seen.services[name]))
    .map(([name]) => name);
}

/** Settings and traffic are what they were; unknown on either side is not the same. */
function isSameContent(known: Expected, seen: Expected, name: string): boolean {
  const [was, is] = [known.content?.[name], seen.content?.[name]];
  if (was === undefined || was !== is) return false;
  const [traffic, now] = [known.traffic?.[name], seen.traffic?.[name]];
  return traffic !== undefined && now !== undefined && JSON.stringify(sorted(traffic)) === JSON.stringify(sorted(now));
}

/** What LATEST stands for may move by itself. */
function sorted(vector: NonNullable<Expected['traffic']>[string]): readonly string[] {
  return vector.map(({ latest, revision, percent, tag }) => `${latest ? 'LATEST' : revision} ${percent} ${tag ?? ''}`).sort();
}

function differs(known: string | null, seen: string | null): boolean {
  return known !== null && seen !== null && known !== seen;
}

/** One generation behind is a read that has not caught up with our own write. */
function isFurther(known: string | null, seen: string | null): boolean {
  return differs(known, seen) && nextGeneration(seen ?? '') !== known;
}

function isOtherSize(known: Expected, seen: Expected, connector: string): boolean {
  return differs(words(known.connectors[connector]), words(seen.connectors[connector]));
}

function words(config: ConnectorConfig | undefined): string | null {
  return config === undefined ? null : `${config.minInstances} ${config.maxInstances} ${config.machineType}`;
}

/** One generation further, while a write of ours may have made it: the next try of the step finds out by its content. */
function maybeOurs(context: IncidentContext, service: string, known: string | null, seen: string | null | undefined): boolean {
  return known !== null && seen === nextGeneration(known) && maySend(context, subjectFor(service));
}

/** A write of ours to it was sent, perhaps, and never answered. */
function maySend({ runId, unanswered }: IncidentContext, subject: string): boolean {
  return unanswered.some((key) => subjectOf(key.slice(runId.length + 1).split('/', 1)[0] ?? '') === subject);
}

/** The change that was told, where it is one of these; of several a look tells the first. */
export function toldOf(subjects: readonly string[], told: ForeignChange | null | undefined): ForeignChange | null {
  return told != null && subjects.includes(told.subject) ? told : null;
}

/** What is theirs once the change is accepted: `traffic:SERVICE`, `connector:NAME`. What was not told counts as traffic too. */
export function touchedBy(subjects: readonly string[], told: ForeignChange | null | undefined): readonly string[] {
  return subjects.flatMap((subject) => {
    const touches = toldOf([subject], told)?.touches ?? ['traffic'];
    return serviceOfSubject(subject) === null || touches.includes('traffic') ? [takenOverBy(subject)] : [];
  });
}

/**
 * The configuration with an accepted change of these subjects in it; what was not seen stays as it was known. So does everything
 * else: a read that lags behind our own write would make that write look like somebody else's.
 */
export function accepted(known: Expected | null, seen: Expected, subjects: readonly string[]): Expected {
  const isTheirs = ([name]: readonly [string, unknown]): boolean => subjects.includes(subjectFor(name));
  const theirSizes = Object.entries(seen.connectors).filter(([name]) => subjects.includes(ofConnector(name)));
  const services = Object.entries(seen.services).filter(([, generation]) => generation !== null);
  return {
    connectors: { ...known?.connectors, ...Object.fromEntries(theirSizes) },
    services: { ...known?.services, ...Object.fromEntries(services.filter(isTheirs)) },
    traffic: { ...known?.traffic, ...Object.fromEntries(Object.entries(seen.traffic ?? {}).filter(isTheirs)) },
    content: { ...known?.content, ...Object.fromEntries(Object.entries(seen.content ?? {}).filter(isTheirs)) },
  };
}

/** What the newest look shows otherwise than a change that was shown. A wish of ours that came into force meanwhile is no part of it. */
export function newsOf(context: IncidentContext, shown: { readonly subjects: readonly string[]; readonly seen: Expected }): News {
  const seen = context.look?.configuration ?? shown.seen;
  const now = driftOf(context);
  return {
    again: now.filter((subject) => shown.subjects.includes(subject) && isAnother(shown.seen, seen, subject)),
    added: now.filter((subject) => !shown.subjects.includes(subject)),
    gone: shown.subjects.filter((subject) => !now.includes(subject) && isAnother(shown.seen, seen, subject)),
  };
}

interface News {
  /** Shown, and changed once more since. */
  readonly again: readonly string[];
  readonly added: readonly string[];
  /** Shown, and as the run knows it again. */
  readonly gone: readonly string[];
}

/** Labels and the like make no other wish of it; what was not read is not known to be another. */
function isAnother(shown: Expected, seen: Expected, subject: string): boolean {
  const name = serviceOfSubject(subject);
  if (name === null) return isOtherSize(shown, seen, connectorIn(subject));
  return differs(shown.services[name] ?? null, seen.services[name] ?? null) && !isSameContent(shown, seen, name);
}

/** Whether a step (`pin:S`, `deploy:S`, `connector:N`) changes what is a human's: `traffic:S`, `connector:N`. */
export function isTheirs(stepId: string, theirs: readonly string[]): boolean {
  return theirs.includes(takenOverBy(subjectOf(stepId)));
}

/** Whether a step is about one of these subjects, in whatever way. */
export function isAbout(stepId: string, subjects: readonly string[]): boolean {
  return subjects.includes(subjectOf(stepId));
}
