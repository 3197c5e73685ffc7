import type { ImprovementSpec } from './spec.ts';

/**
 * The figures of a look as the journal keeps them: a bare row a look, and what its columns are (`Measures`)
 * once, in `run.started`, or beside the first row of a process that goes on with the run. null is `not measured`, never zero.
 */

/** `cpu` is the share of the p99 instance; `ageS`: how old, in seconds, what the cpu was measured on was at the look. */
export const CONNECTOR_COLUMNS = ['cpu', 'instances', 'bitsPerSecond', 'packetsPerSecond', 'ageS'] as const;
/** Connections: in use, allowed by the database, and as many as the instances of that minute may open. */
export const DATABASE_COLUMNS = ['used', 'max', 'possible', 'cpu', 'ageS'] as const;
/**
 * Requests and those answered 5xx are of `windowS` seconds that ended `ageS` before the look, without our own; `probesWell` of
 * `Measures.probes` health checks; starts are of the look's window of log lines.
 */
export const SERVICE_COLUMNS = [
  'requests',
  'failed',
  'p95Ms',
  'instances',
  'probesWell',
  'slowestProbeMs',
  'started',
  'startsFailed',
  'windowS',
  'ageS',
] as const;

/** Of a revision, where several of its service are at work: in the window of the service's own figures. */
export const REVISION_COLUMNS = ['requests', 'failed', 'instances'] as const;

export type Figure = number | null;
export type Column = (typeof CONNECTOR_COLUMNS)[number] | (typeof DATABASE_COLUMNS)[number] | (typeof SERVICE_COLUMNS)[number];

/** The parts in the order of `Measures.parts`; null: nothing of that part was measured. */
export type FigureRow = readonly (readonly Figure[] | null)[];

/** What every row of a run has in common. */
export interface Measures {
  /** One for each part of a row: `connector:NAME`, `database:NAME`, `service:NAME`. */
  readonly parts: readonly string[];
  readonly columns: { readonly connector: readonly string[]; readonly database: readonly string[]; readonly service: readonly string[] };
  /** Health checks by service. */
  readonly probes: Readonly<Record<string, number>>;
  readonly goals: ImprovementSpec['goals'];
  /** The least relative change that counts as better. */
  readonly margin: number;
  /** The least number of requests behind a rate. */
  readonly minSamples: number;
  /** Version and build of the program; null: not told. */
  readonly program: string | null;
  /** Version of the statechart. */
  readonly chart: string;
  readonly mode: string;
  /** What the document says of itself beside the runbook; missing: nothing. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** null: against the real Google Cloud, as far as the program knows. */
  readonly rehearsal: Rehearsal | null;
}

export interface Rehearsal {
  readonly scenario: string;
  readonly seed: number;
}

/** What a look knows below its parts. In the order of the services in `Measures.parts`; null: at most one revision has figures. */
export interface DetailFigures {
  readonly revisions: readonly (readonly string[] | null)[];
  readonly byRevision: readonly (readonly (readonly Figure[])[] | null)[];
  /** Log lines of the window by the kind of what they tell, of all services together; null: not read. */
  readonly logs: Readonly<Record<string, number>> | null;
}

/** What is written beside a look. */
export interface LookFigures {
  readonly row: FigureRow;
  /** By part: what it is (lifecycle and bounds of a connector, traffic in force of a service), where that is not as in the row before. */
  readonly seen?: Readonly<Record<string, string>>;
  /** `PART COLUMN` of values that are older than their source normally is. */
  readonly late?: readonly string[];
  /** As in `DetailFigures`, each where it is not as in the row before; the first row of a process says all of it. */
  readonly revisions?: DetailFigures['revisions'];
  readonly byRevision?: DetailFigures['byRevision'];
  /** Kinds of log lines that were not seen before, in the order of `logs`. */
  readonly logKinds?: readonly string[];
  /** Lines by kind, where that is not as in the row before; null: not read. */
  readonly logs?: readonly number[] | null;
  /** With the first row of a process that did not begin the run. */
  readonly measures?: Measures;
  /**
   * With the first row of a run: the hour before it, by service, in steps, oldest first: minutes before the look at which the step
   * ended, requests, those answered 5xx. A step that is missing had no request, or was not measured.
   */
  readonly before?: Readonly<Record<string, readonly (readonly [minutesAgo: number, requests: number, failed: number])[]>>;
}
