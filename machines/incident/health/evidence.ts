import type {
  LookTestimony,
  RevisionRecord,
  RevisionServed,
  ServedStretch,
  TrackRecord,
  Witness,
  Word,
} from '../../../src/core/model/testimony.ts';
import { bestOf } from '../../../src/core/service/best-stretches.ts';
import { fact } from '../../../src/steps/index.ts';
import type { Look } from '../activities.ts';
import type { IncidentContext } from '../context.ts';

/** What the run keeps of its looks as evidence: words over the last looks, and how each revision has served. Small and bounded. */

/** Looks that are remembered: twelve minutes at the usual tick. */
const REMEMBERED_LOOKS = 24;
/** Revisions remembered for each service, the last to serve first. */
const REMEMBERED_REVISIONS = 12;

export function witnessedAfter(
  before: readonly LookTestimony[],
  {
    at,
    testimony,
    indicators,
    slow = [],
    updating = [],
    unread = [],
  }: Pick<Look, 'at' | 'testimony' | 'indicators' | 'slow' | 'updating' | 'unread'>,
): readonly LookTestimony[] {
  const services = Object.fromEntries(
    Object.entries(testimony).map(([service, said]) => [
      service,
      Object.fromEntries(Object.entries(said).map(([witness, { word }]) => [witness, word])) as Record<Witness, Word>,
    ]),
  );
  const failedAt = failedIn(testimony);
  const { connectorSaturation: connectorCpu, connectors } = indicators;
  const each = connectors === undefined ? {} : { connectors };
  const look: LookTestimony = {
    at,
    services,
    connectorCpu,
    ...each,
    ...(slow.length === 0 ? {} : { slow }),
    ...(updating.length === 0 ? {} : { updating }),
    ...(unread.length === 0 ? {} : { unread }),
    ...(Object.keys(failedAt).length === 0 ? {} : { failedAt }),
  };
  return [...before, look].slice(-REMEMBERED_LOOKS);
}

function failedIn(testimony: Look['testimony']): NonNullable<LookTestimony['failedAt']> {
  const all = Object.entries(testimony).map(([service, { requests, logs }]): [string, readonly number[]] => [
    service,
    [requests.failedAt, logs.failedAt].filter((at) => at !== undefined),
  ]);
  return Object.fromEntries(all.filter(([, instants]) => instants.length > 0));
}

/** The metrics of the last day, where the look has read them, else what was known; and what was served since then. */
export function recordAfter(before: TrackRecord, { at, served, record = {} }: Look): TrackRecord {
  const services = new Set([...Object.keys(before), ...Object.keys(served), ...Object.keys(record)]);
  return Object.fromEntries(
    [...services].map((service) => {
      const known = { ...before[service], ...withDeaths(record[service], before[service]) };
      const names = new Set([...Object.keys(known), ...Object.keys(served[service] ?? {})]);
      const all = [...names].map((name): [string, RevisionRecord] => {
        const now = served[service]?.[name];
        return [name, { ...counted(known[name], now, at), ...withDied(known[name]?.died, now?.diedAt) }];
      });
      return [service, Object.fromEntries(newestFirst(all).slice(0, REMEMBERED_REVISIONS))];
    }),
  );
}

/** Less than this between two deaths: the same bad minutes. */
const APART = 5 * 60_000;
const REMEMBERED_DEATHS = 12;

function withDied(before: readonly number[] | undefined, diedAt: number | undefined): Pick<RevisionRecord, 'died'> {
  if (diedAt === undefined) return before === undefined ? {} : { died: before };
  const earlier = before?.filter((at) => diedAt - at > APART) ?? [];
  // A line that is read again, or that arrives late, is no death of its own.
  if (before?.some((at) => at >= diedAt) === true) return { died: before };
  return { died: [...earlier, diedAt].slice(-REMEMBERED_DEATHS) };
}

/** Metrics know nothing of deaths: those the run has seen stay. */
function withDeaths(
  read: TrackRecord[string] | undefined,
  known: TrackRecord[string] | undefined,
): Readonly<Record<string, RevisionRecord>> {
  return Object.fromEntries(
    Object.entries(read ?? {}).map(([name, record]) => {
      const { deaths = 0, died } = known?.[name] ?? {};
      const best = bestOf(stretchesOf(record, known?.[name]));
      return [name, { ...record, deaths: record.deaths + deaths, ...(died === undefined ? {} : { died }), ...best }];
    }),
  );
}

function counted(known: RevisionRecord | undefined, now: RevisionServed | undefined, at: number): RevisionRecord {
  const base: RevisionRecord = known ?? { lastServedAt: null, total: 0, failed: 0, turnedAway: 0, deaths: 0, countedUntil: 0 };
  if (now === undefined || now.sinceAt < base.countedUntil) return base;
  const isTimed = base.total === 0 ? now.late !== undefined : base.late !== undefined;
  const areKnown = base.turnedAway !== undefined && now.turnedAway !== undefined;
  return {
    lastServedAt: now.total > now.failed + (now.turnedAway ?? 0) ? Math.min(at, now.untilAt) : base.lastServedAt,
    total: base.total + now.total,
    failed: base.failed + now.failed,
    ...(areKnown ? { turnedAway: (base.turnedAway ?? 0) + (now.turnedAway ?? 0) } : {}),
    ...(isTimed ? { late: (base.late ?? 0) + (now.late ?? 0) } : {}),
    deaths: base.deaths + now.deaths,
    countedUntil: now.untilAt,
    ...bestOf([...stretchesOf(base), ...(now.stretch === undefined ? [] : [now.stretch])]),
  };
}

function stretchesOf(...records: readonly (RevisionRecord | undefined)[]): readonly ServedStretch[] {
  return records.flatMap((record) => [record?.best, record?.bestTimed].filter((one) => one !== undefined));
}

function newestFirst(records: readonly (readonly [string, RevisionRecord])[]): readonly (readonly [string, RevisionRecord])[] {
  return [...records].sort(([, a], [, b]) => (b.lastServedAt ?? 0) - (a.lastServedAt ?? 0));
}

/**
 * Why the newest look speaks against a step that is about to be written; null: it does not. What each kind asks
 * again is its own (`askedAgain`). What follows the step's first write is judged by
 * the gates of its own states.
 */
export function disagreement(context: IncidentContext, stepId: string): string | null {
  const { look, plan, revision, trial } = context;
  const change = plan?.steps.find(({ id }) => id === stepId)?.change ?? null;
  const isHalfMade = revision !== null || (trial?.stage === 'canary' && trial.stepId === stepId);
  if (look === null || change === null || isHalfMade || look.at <= (plan?.observedAt ?? 0)) return null;
  const { gate, agrees } = fact(change, 'askedAgain');
  const verdict = look.gates[gate];
  return verdict === undefined || agrees(verdict.outcome) ? null : verdict.because;
}
