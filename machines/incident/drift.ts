import type { Expected } from './activities.ts';
import type { IncidentContext } from './context.ts';

/** What the world's configuration is compared with, and what follows when somebody else has changed it. Pure. */

/** `connector`, or `service:NAME`. There is one connector. */
type Subject = string;

/**
 * What the newest look shows otherwise than the run knows it: changed by somebody else (I2). Compared with what is known now,
 * not with what was known when the look began: a look repeated after a crash may know less than the run. Unknown on either
 * side, and a write of ours that was never answered, are no foreign change.
 */
export function driftOf(context: IncidentContext): readonly Subject[] {
  const { look, expected } = context;
  if (look === null || expected === null) return [];
  const seen = look.configuration;
  const services = changedServices(context)
    .filter((name) => concerns(context, name) && !isSameContent(expected, seen, name))
    .map((name) => `service:${name}`);
  const connector = differs(words(expected.connector), words(seen.connector)) && !isUnanswered(context, 'connector:');
  return connector ? ['connector', ...services] : services;
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

function changedServices(context: IncidentContext): readonly string[] {
  const { look, expected } = context;
  if (look === null || expected === null) return [];
  const seen = look.configuration;
  return Object.entries(expected.services)
    .filter(([name, known]) => isFurther(known, seen.services[name] ?? null) && !maybeOurs(context, name, known, seen.services[name]))
    .map(([name]) => name);
}

/**
 * A step of the plan writes it or takes its settings, the run has changed it, or what the run writes depends on it. Before there
 * is a plan, everything concerns the run.
 */
function concerns({ plan, mutations, restoreQueue, settings }: IncidentContext, name: string): boolean {
  if (plan === null) return true;
  const changes = plan.steps.flatMap(({ decision, change }) =>
    decision === 'apply' && change !== null && change.kind !== 'connector' ? [change] : [],
  );
  const written = new Set([
    ...changes.map(({ service }) => service),
    ...mutations.flatMap(({ after }) => (after.kind === 'connector' ? [] : [after.service])),
    ...restoreQueue.map(({ service }) => service),
  ]);
  if (written.has(name) || changes.some((change) => change.kind === 'deploy' && change.deploy.like === name)) return true;
  const needed = (of: string, seen: ReadonlySet<string>): boolean =>
    (settings.services.find((service) => service.name === of)?.dependsOn ?? []).some(
      (other) => other === name || (!seen.has(other) && needed(other, new Set([...seen, other]))),
    );
  return [...written].some((of) => needed(of, new Set([of])));
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

function words(connector: Expected['connector']): string | null {
  return connector && `${connector.minInstances} ${connector.maxInstances} ${connector.machineType}`;
}

/** One generation further, while a write of ours may have made it: the next try of the step finds out by its content. */
function maybeOurs(context: IncidentContext, service: string, known: string | null, seen: string | null | undefined): boolean {
  const steps = ['pin', 'deploy', 'restore'].map((kind) => `${kind}:${service}/`);
  return known !== null && seen === nextGeneration(known) && steps.some((step) => isUnanswered(context, step));
}

function isUnanswered({ runId, unanswered }: IncidentContext, step: string): boolean {
  return unanswered.some((key) => key.startsWith(`${runId}/${step}`));
}

/** Every change of a service's wish raises its generation by one. */
export function nextGeneration(generation: string): string {
  return /^\d+$/.test(generation) ? String(BigInt(generation) + 1n) : generation;
}

/** What is theirs once the change is accepted: `traffic:SERVICE`, `connector`. What was not told counts as traffic too. */
export function touchedBy(subjects: readonly Subject[], told: IncidentContext['look']): readonly string[] {
  const change = told?.foreignChange ?? null;
  return subjects.flatMap((subject) => {
    if (subject === 'connector') return [subject];
    const isTold = change?.subject === subject && change.touches !== undefined;
    return isTold && !change.touches.includes('traffic') ? [] : [subject.replace('service:', 'traffic:')];
  });
}

/**
 * The configuration with an accepted change of these subjects in it; what was not seen stays as it was known. So does everything
 * else: a read that lags behind our own write would make that write look like somebody else's.
 */
export function accepted(known: Expected | null, seen: Expected, subjects: readonly Subject[]): Expected {
  const isTheirs = ([name]: readonly [string, unknown]): boolean => subjects.includes(`service:${name}`);
  const services = Object.entries(seen.services).filter(([, generation]) => generation !== null);
  return {
    connector: (subjects.includes('connector') ? seen.connector : null) ?? known?.connector ?? null,
    services: { ...known?.services, ...Object.fromEntries(services.filter(isTheirs)) },
    traffic: { ...known?.traffic, ...Object.fromEntries(Object.entries(seen.traffic ?? {}).filter(isTheirs)) },
    content: { ...known?.content, ...Object.fromEntries(Object.entries(seen.content ?? {}).filter(isTheirs)) },
  };
}

/** Whether two looks show the same wishes; what LATEST stands for may move by itself and is none. */
export function sameWishes(one: Expected, other: Expected): boolean {
  return words(one.connector) === words(other.connector) && JSON.stringify(one.services) === JSON.stringify(other.services);
}

/** Whether a step (`pin:S`, `deploy:S`, `connector:N`) changes what is a human's: `traffic:S`, `connector`. */
export function isTheirs(stepId: string, theirs: readonly string[]): boolean {
  const [kind = '', name = ''] = stepId.split(':');
  return theirs.includes(kind === 'connector' ? 'connector' : `traffic:${name}`);
}

/** Whether a step is about one of these subjects, in whatever way. */
export function isAbout(stepId: string, subjects: readonly Subject[]): boolean {
  const [kind = '', name = ''] = stepId.split(':');
  return subjects.includes(kind === 'connector' ? 'connector' : `service:${name}`);
}
