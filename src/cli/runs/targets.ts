import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { targetOf } from '../../spec/target.ts';
import type { StoreReach, VerbDeps } from '../deps.ts';
import { loadDocument } from '../document.ts';
import { EXIT, complaintOf, renderComplaint } from '../process/exit.ts';
import type { ExitCode } from '../process/exit.ts';
import { exitOfOutcome } from '../status/outcome.ts';

/** This process among those that share the targets: task `index` of `count`. */
export interface Task {
  readonly index: number;
  readonly count: number;
  /** The job execution that this task belongs to, the same for its retries; null outside a job. */
  readonly execution: string | null;
}

export interface TargetsOptions extends StoreReach {
  /** Its *.yaml, *.yml and *.json are Remediation documents, one target each. */
  readonly folder: string;
  readonly state: string;
}

/** Carries out `run` for one document: gives its exit code to `deps.finish`, or throws. */
export type RunOne = (file: string, deps: VerbDeps) => Promise<void>;

/**
 * `run --targets FOLDER`: this task's share of the documents, one after the other, in the order of their names. What ends badly
 * is said and the next target gets its turn; a signal ends the sequence. Finishes with the code that most needs a human.
 *
 * A job starts a failed task again, and "escalated" is a failure too: a run that this very execution has brought to an end is
 * not begun anew, its outcome is reported again. For that, runs begun here carry the execution's mark in their name.
 * @throws UserError `targets-folder`, `targets-none` or `task-invalid`.
 */
export async function runTargets(options: TargetsOptions, deps: VerbDeps, runOne: RunOne): Promise<void> {
  const { folder } = options;
  const task = taskOf(deps.env);
  const documents = await documentsIn(resolve(deps.cwd, folder), folder);
  const share = chooseTargets(documents, task);
  if (share.length === 0)
    deps.stderr.write(`firebreak: task ${task.index} of ${task.count} has nothing to do: ${documents.length} targets\n`);
  const codes: ExitCode[] = [];
  for (const name of share) {
    deps.stderr.write(`firebreak: target ${name} (${codes.length + 1} of ${share.length})\n`);
    codes.push(await oneTarget(join(folder, name), options, { task, deps, runOne }));
    if (isStop(codes.at(-1))) break;
  }
  deps.finish(worstOf(codes));
}

/** Every `count`th document beginning with the task's own, so that each has exactly one task whatever their number. */
export function chooseTargets(documents: readonly string[], { index, count }: Pick<Task, 'index' | 'count'>): readonly string[] {
  return documents.toSorted().filter((_, place) => place % count === index);
}

/**
 * The task as Cloud Run tells it (`CLOUD_RUN_TASK_INDEX`, `_COUNT`, `CLOUD_RUN_EXECUTION`; gcp-facts 8) or Kubernetes
 * (`JOB_COMPLETION_INDEX`; its manifest adds `FIREBREAK_TASK_COUNT` and `FIREBREAK_EXECUTION`); alone where neither does.
 * @throws UserError `task-invalid` when the two numbers do not fit together.
 */
export function taskOf(env: Readonly<Record<string, string | undefined>>): Task {
  const execution = env['FIREBREAK_EXECUTION'] ?? env['CLOUD_RUN_EXECUTION'] ?? null;
  const index = env['CLOUD_RUN_TASK_INDEX'] ?? env['JOB_COMPLETION_INDEX'];
  const count = env['CLOUD_RUN_TASK_COUNT'] ?? env['FIREBREAK_TASK_COUNT'];
  if (index === undefined && count === undefined) return { index: 0, count: 1, execution };
  const task = { index: whole(index), count: whole(count), execution };
  if (task.index < task.count) return task;
  throw new UserError(
    'task-invalid',
    `task index "${index ?? ''}" of "${count ?? ''}" tasks makes no sense`,
    'set CLOUD_RUN_TASK_INDEX and CLOUD_RUN_TASK_COUNT (Kubernetes: JOB_COMPLETION_INDEX and FIREBREAK_TASK_COUNT), or neither',
  );
}

/** What the shell is told of several runs: a signal before a bug before what asks for a person before what asks for patience. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  return WORST_FIRST.find((code) => codes.includes(code)) ?? EXIT.ok;
}

const WORST_FIRST: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.terminated,
  EXIT.hungUp,
  EXIT.bug,
  EXIT.unreached,
  EXIT.escalated,
  EXIT.human,
  EXIT.failed,
  EXIT.usage,
  EXIT.tryAgain,
];

async function oneTarget(
  file: string,
  options: TargetsOptions,
  { task, deps, runOne }: { readonly task: Task; readonly deps: VerbDeps; readonly runOne: RunOne },
): Promise<ExitCode> {
  const mark = task.execution === null ? null : markOf(task.execution);
  let code: ExitCode = EXIT.ok;
  const own: VerbDeps = {
    ...deps,
    newId: () => (mark === null ? deps.newId() : `${mark}-${deps.newId()}`),
    finish: (finished) => void (code = finished),
  };
  try {
    const outcome = mark === null ? null : await endedHere(file, options, mark, deps);
    if (outcome === null) await runOne(file, own);
    else {
      deps.stderr.write(`firebreak: ${file}: this execution has already ended its run (${outcome}); none is begun anew\n`);
      code = exitOfOutcome(outcome);
    }
  } catch (thrown) {
    const complaint = complaintOf(thrown);
    deps.stderr.write(renderComplaint({ ...complaint, what: `${file}: ${complaint.what}` }));
    code = complaint.exitCode;
  }
  return code;
}

/** The outcome of the target's last run when that run carries the mark; null otherwise. */
async function endedHere(file: string, options: TargetsOptions, mark: string, deps: VerbDeps): Promise<string | null> {
  const { spec } = await loadDocument(file, { ...deps, stderr: { ...deps.stderr, write: () => {} } });
  const record = await (await deps.openStore(options.state, targetOf(spec), options)).load();
  return record !== null && record.ended !== null && record.runId.endsWith(`-${mark}`) ? record.ended.outcome : null;
}

/** Four characters, because that is how much of an id a run's name takes (`composition/incident.ts`). */
function markOf(execution: string): string {
  return createHash('sha256').update(execution).digest('hex').slice(0, 4);
}

async function documentsIn(path: string, folder: string): Promise<readonly string[]> {
  let entries: readonly string[];
  try {
    entries = await readdir(path);
  } catch (thrown) {
    throw new UserError('targets-folder', `${folder} cannot be read as a folder`, 'give the folder that holds the documents', {
      cause: thrown,
    });
  }
  const documents = entries.filter((name) => !name.startsWith('.') && /\.(?:ya?ml|json)$/.test(name));
  if (documents.length > 0) return documents;
  throw new UserError('targets-none', `${folder} holds no Remediation document`, 'put one *.yaml per target there');
}

function whole(text: string | undefined): number {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
}

function isStop(code: ExitCode | undefined): boolean {
  return code === EXIT.interrupted || code === EXIT.terminated || code === EXIT.hungUp;
}
