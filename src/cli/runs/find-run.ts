import { defined } from '../../core/defined.ts';
import { rehearsalsIn } from '../../core/rehearsals.ts';
import { UserError } from '../../core/errors.ts';
import type { Lease, RunRecord, RunStatus, RunStore } from '../../ports/store.ts';
import type { VerbDeps } from '../deps.ts';
import type { SelectOptions } from '../options.ts';
import { selectRun } from './select-run.ts';

/** One run of a store: the newest of its target or an earlier one, of a rehearsal too. */
export interface FoundRun {
  readonly target: string;
  readonly store: RunStore;
  readonly runId: string;
  readonly record: RunRecord | null;
  /** The newest run's; null for an earlier one. */
  readonly status: RunStatus | null;
  readonly lease: Lease | null;
  readonly rehearsal: { readonly scenario: string; readonly seed: number | null } | null;
  /** Said where nobody named it: which of how many it is. */
  readonly note: string | null;
}

export type FindDeps = Pick<VerbDeps, 'readFile' | 'openStore' | 'listTargets' | 'lastWrittenAt'>;
export type Kept = Omit<FoundRun, 'runId' | 'note'> & { readonly writtenAt: number };

/**
 * The run that is meant: by --target or -f, by `named` (a run, a target or its last part, a rehearsal's folder), else the newest one
 * that the store keeps, rehearsals included; which one that is is said in `note`. Reads, and takes no lease.
 * @throws UserError `run-missing`, `run-ambiguous`.
 */
export async function findRun(named: string | undefined, options: SelectOptions, deps: FindDeps): Promise<FoundRun> {
  if (options.target !== undefined || options.file !== undefined) {
    const run = { ...(await selectRun(options, deps)), rehearsal: null, writtenAt: 0 };
    return named === undefined ? newestOf(run, null) : ((await runIn([run], named)) ?? missing(`${run.target} has no run ${named}`, [run]));
  }
  const kept = await keptIn(options, deps);
  if (kept.length === 0) return missing(`no run is kept in ${options.state}`, kept);
  if (named === undefined) return newestOf(defined(kept[0]), kept.length === 1 ? null : notedOf(kept));
  const byTarget = kept.filter(({ target }) => target === named || target.endsWith(`/${named}`));
  const real = byTarget.filter(({ rehearsal }) => rehearsal === null);
  const meant = real.length > 0 ? real : byTarget;
  if (meant.length > 1)
    throw new UserError('run-ambiguous', [`${named} may be any of these`, ...meant.map(wordsOf)].join('\n'), 'give the whole name');
  if (meant.length === 1) return newestOf(defined(meant[0]), null);
  return (await runIn(kept, named)) ?? missing(`${named} is no run kept in ${options.state}`, kept);
}

/** The newest run of every target of a store, and its rehearsals, the newest first. */
export async function keptIn(options: SelectOptions, deps: FindDeps): Promise<readonly Kept[]> {
  const rehearsals = rehearsalsIn(options.state);
  const [real, played] = await Promise.all([
    allIn(options.state, false, options, deps),
    rehearsals === null ? [] : allIn(rehearsals, true, options, deps),
  ]);
  return [...real, ...played].sort((one, other) => other.writtenAt - one.writtenAt);
}

async function allIn(state: string, isRehearsal: boolean, options: SelectOptions, deps: FindDeps): Promise<readonly Kept[]> {
  const targets = await deps.listTargets(state, options);
  const all = targets.map(async (target): Promise<Kept | null> => {
    const store = await deps.openStore(state, target, isRehearsal ? {} : options);
    const [record, status, lease] = await Promise.all([store.load(), store.readStatus(), store.readLease()]);
    if (record === null && status === null) return null;
    const writtenAt = (await deps.lastWrittenAt?.(state, target)) ?? record?.savedAt ?? 0;
    return { target, store, record, status, lease, rehearsal: isRehearsal ? played(target) : null, writtenAt };
  });
  return (await Promise.all(all)).filter((kept) => kept !== null);
}

/** `issue-1278-7`: scenario and seed. */
function played(name: string): FoundRun['rehearsal'] {
  const [, scenario, seed] = /^(.+)-(\d+)$/.exec(name) ?? [];
  return scenario === undefined ? { scenario: name, seed: null } : { scenario, seed: Number(seed) };
}

function newestOf(kept: Kept, note: string | null): FoundRun {
  return { ...kept, runId: kept.record?.runId ?? defined(kept.status).runId, note };
}

/** By its own id: the newest of a target, or an earlier one whose journal is still there. */
async function runIn(kept: readonly Kept[], runId: string): Promise<FoundRun | null> {
  const now = kept.find(({ record, status }) => (record?.runId ?? status?.runId) === runId);
  if (now !== undefined) return newestOf(now, null);
  for (const one of kept) {
    const isKnown = (await one.store.readJournal(runId)).length > 0;
    if (isKnown) return { ...one, runId, record: null, status: null, lease: null, note: null };
  }
  return null;
}

function notedOf(kept: readonly Kept[]): string {
  const [newest, ...others] = kept;
  const more = others.length === 1 ? wordsOf(defined(others[0])) : `${others.length} others, such as ${wordsOf(defined(others[0]))}`;
  return `the newest one is ${wordsOf(defined(newest))}; also kept: ${more}`;
}

function wordsOf({ target, rehearsal }: Kept): string {
  return rehearsal === null ? target : `${target} (a rehearsal)`;
}

function missing(what: string, kept: readonly Kept[]): never {
  const fix =
    kept.length === 0
      ? 'start one with `firebreak run` or `firebreak rehearse`, or say with --state where runs are kept'
      : 'name one of these, or say with --state where the other is kept';
  throw new UserError('run-missing', kept.length === 0 ? what : [what, 'kept there:', ...kept.map(wordsOf)].join('\n'), fix);
}
