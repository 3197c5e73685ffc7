import { isDeepStrictEqual } from 'node:util';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { disagreement } from '../../machines/incident/health/evidence.ts';
import { writeBlockedBecause } from '../../machines/incident/trial/write-blocked.ts';
import type { ChangeKind } from '../../machines/incident/trial/write-blocked.ts';
import { refusalOf } from '../../machines/incident/facade.ts';
import { takenOver } from '../../machines/incident/upgrades.ts';
import type { IncidentContext, IncidentInput } from '../../machines/incident/context.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { groupLogs } from '../diagnosis/logs/group-logs.ts';
import { defaultMaxConnections } from '../diagnosis/infrastructure/default-max-connections.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { Channel } from '../ports/notify.ts';
import type { ProbesPort } from '../ports/probes.ts';
import type { Begun, LeaseOwner, RunStatus, RunStore } from '../ports/store.ts';
import { writesOf } from '../steps/index.ts';
import { createActivities } from './activities/activities.ts';
import type { ActivityOptions } from './activities/options.ts';
import { measuresOf } from '../diagnosis/figures/figure-row.ts';
import type { Rehearsal } from '../core/model/figures.ts';
import { DeadlineBook } from './deadline-book.ts';
import { FigureBook } from './figure-book.ts';
import { startRun } from '../durable/durable.ts';
import { readCommand } from './read-command.ts';
import type { AwayRules } from '../durable/pending-effects.ts';
import { rememberRuns } from './loop-breaker.ts';
import { OwnRequests } from './observing/own-requests.ts';
import { createObserver } from './observing/observer.ts';
import type { Run, SavedStep } from '../durable/run-options.ts';
import type { Reach } from './message.ts';
import { settingsOf } from './settings.ts';
import { statusOf } from './status.ts';

export interface IncidentRunOptions {
  readonly runId: string;
  readonly spec: RemediationSpec;
  readonly specHash: string;
  /** When the run began; a resumed run keeps the record's own. */
  readonly startedAt: number;
  readonly cloud: Cloud;
  readonly probes: ProbesPort;
  readonly channels: readonly Channel[];
  /** Where people look at the run and steer it. */
  readonly reach?: Reach;
  readonly clock: Clock;
  readonly store: RunStore;
  readonly owner: LeaseOwner;
  /** Version and build of the program, for the record. */
  readonly program?: string;
  /** How it was begun, for the record. */
  readonly begun?: Begun;
  /** It is a rehearsal, of this; for the journal. */
  readonly rehearsal?: Rehearsal;
  /** A human wants to begin at this step of the runbook. Counts for a new run. */
  readonly from?: { readonly step: string; readonly by: string };
  /** A human wants another run although the loop breaker spoke against it. */
  readonly despite?: { readonly why: string; readonly by: string };
  /** The evidence of the journal, for a support case. */
  readonly evidence?: ActivityOptions['evidence'];
  readonly inboxEveryMs?: number;
  /** After each saved step, with what others are shown. */
  readonly onStep?: (saved: SavedStep, status: RunStatus) => void;
  readonly onWarning?: (message: string, cause: unknown) => void;
}

/** The incident statechart on the durable runner, over the given ports: everything a run is, but for the adapters. */
export function startIncidentRun(options: IncidentRunOptions): Run {
  const { spec, cloud, clock, store } = options;
  const own = new OwnRequests(clock);
  const probes = own.counting(options.probes);
  const figures = new FigureBook(
    spec,
    measuresOf(spec, { program: options.program ?? null, chart: incidentMachine.version ?? '0', rehearsal: options.rehearsal ?? null }),
  );
  const observer = figures.watching(createObserver({ cloud, probes, own, spec, clock, groupLogs, defaultMaxConnections }));
  const input: IncidentInput = {
    runId: options.runId,
    target: targetWords(spec),
    startedAt: options.startedAt,
    settings: settingsOf(spec),
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.despite === undefined ? {} : { despite: options.despite }),
  };
  let shown: RunStatus | null = null;
  let newest: IncidentContext | null = null;
  const run: Run = startRun({
    machine: incidentMachine,
    version: incidentMachine.version ?? '0',
    ...(options.program === undefined ? {} : { program: options.program }),
    ...(options.begun === undefined ? {} : { begun: options.begun }),
    takeOver: (record, because, orders) => takenOver(record, input, { because, orders, isSame: isDeepStrictEqual }),
    runId: options.runId,
    specHash: options.specHash,
    input,
    store,
    clock,
    owner: options.owner,
    activities: createActivities({
      runId: options.runId,
      spec,
      cloud,
      probes,
      channels: options.channels,
      ...(options.reach === undefined ? {} : { reach: options.reach }),
      clock,
      observer,
      keep: (name, text) => store.keepText(options.runId, name, text),
      ...(options.evidence === undefined ? {} : { evidence: options.evidence }),
      // The fence is the run's own; no activity starts before the run exists.
      fence: {
        assertHeld: () => run.fence.assertHeld(),
        assertMayChange: (kind) => run.fence.assertMayChange(kind),
        disagrees: (stepId) => (newest === null ? null : disagreement(newest, stepId)),
      },
    }),
    readCommand,
    refuses: (snapshot, order) => refusalOf(snapshot as Parameters<typeof refusalOf>[0], order),
    forbids: ({ context }, kind) => writeBlockedBecause(context as IncidentContext, kind as ChangeKind),
    describe: new DeadlineBook().describing(figures.describe),
    away: AWAY,
    remember: rememberRuns,
    ...(options.inboxEveryMs === undefined ? {} : { inboxEveryMs: options.inboxEveryMs }),
    ...(options.onWarning === undefined ? {} : { onWarning: options.onWarning }),
    onSaved: async (saved) => {
      const status = { ...statusOf(saved, clock.now(), shown), ...clockOf(options.owner), writes: writesOf(spec) };
      shown = status;
      newest = saved.snapshot.context as IncidentContext;
      options.onStep?.(saved, status);
      await store.writeStatus(status);
    },
  });
  return run;
}

/** After time in which nobody looked: look at once, read again what is read; the end of a freeze is an instant of the world. */
const AWAY: AwayRules = {
  byTheWorld: ['THAW'],
  atOnce: ['TICK'],
  readAgain: ['observe', 'diagnose', 'validate', 'awaitConnector', 'awaitBounds', 'awaitRevision', 'awaitTraffic', 'readCase'],
};

/** Whose time the run's instants are in: whoever reads them elsewhere must know. */
function clockOf({ clock }: LeaseOwner): Pick<RunStatus, 'clock'> {
  return clock === undefined ? {} : { clock };
}

/** The target as people call it. */
function targetWords({ name, project, region }: RemediationSpec): string {
  return `${name} (${project}, ${region})`;
}
