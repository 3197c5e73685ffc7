import { defined } from '../../core/defined.ts';
import type { CaseChoice } from '../../composition/rehearsal-case.ts';
import { sayDuration } from '../../core/duration.ts';
import type { RunReport } from '../../report/run-report.ts';
import type { VerbDeps } from '../deps.ts';
import type { Guessed } from '../progress/drawn-lines.ts';
import { drawnLines } from '../progress/drawn-lines.ts';
import { EXIT, exitOfSignal } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import { rehearseOne } from './rehearse-one.ts';
import type { RehearsalComposition, RehearseOptions, Result } from './rehearse-one.ts';

/** One line of the table: what was broken, and what the run made of it. */
interface Met {
  readonly break: string | null;
  readonly title: string;
  readonly outcome: string;
  readonly afterMs: number;
  readonly changes: readonly string[];
  /** When and why a human would have been called; the first time. */
  readonly calls: { readonly afterMs: number; readonly why: string } | null;
}

const UNTOUCHED = 'nothing is broken';

/** `rehearse --all` over one world: as it is, and with every fault that it can meet laid over it, one by one. A table says what a run would do. */
export async function rehearseSet(
  choice: CaseChoice,
  options: RehearseOptions,
  deps: VerbDeps,
  composition: RehearsalComposition,
): Promise<void> {
  const [parts, { breaksOf, breakText }] = await Promise.all([composition(), import('../../worlds/break.ts')]);
  const { scenario, drawn } = await parts.rehearsalCase(choice, { file: options.file ?? null, breaks: null }, deps);
  const set = [{ breaks: null, title: UNTOUCHED }, ...breaksOf(scenario).map((one) => ({ breaks: breakText(one), title: one.title }))];
  const wide = Math.max(...set.map(({ breaks }) => (breaks ?? UNTOUCHED).length));
  const plain = options.json !== true;
  if (plain) deps.stdout.write(`${row(wide, ['what is broken', 'ends', 'after', 'calls you', 'changes'])}\n`);
  const { value, stoppedBy } = await interruptible(deps, { stopping: 'ending the rehearsals', resume: null }, async (signal) => {
    const met: Met[] = [];
    for (const { breaks, title } of set) {
      signal.throwIfAborted();
      const { break: _own, ...rest } = options;
      const result = await rehearseOne(
        choice,
        { ...rest, ...(breaks === null ? {} : { break: breaks }), quiet: true },
        { deps, composition, signal },
      );
      if (result.interrupted) break;
      met.push({ break: breaks, title, ...metOf(result) });
      if (plain) deps.stdout.write(`${rowOf(wide, defined(met.at(-1)))}\n`);
    }
    return met;
  });
  if (value === null || value.length < set.length) return deps.finish(exitOfSignal(stoppedBy ?? 'SIGTERM'));
  const wellAlone = value[0]?.outcome === 'recovered';
  if (plain) deps.stdout.write(footOf(value, drawn, wellAlone));
  else deps.stdout.write(`${JSON.stringify({ set: value, guesses: drawn?.guesses ?? [], unknowns: drawn?.unknowns ?? [] }, null, 2)}\n`);
  deps.finish(wellAlone ? EXIT.ok : EXIT.failed);
}

function metOf({ outcome, virtualMs, report }: Result): Omit<Met, 'break' | 'title'> {
  const changes = report.mutations.filter((one) => one.outcome === 'applied').map(({ title }) => title);
  return { outcome, afterMs: virtualMs, changes, calls: firstCall(report) };
}

/** A question, an escalation, or a refusal at the very beginning: whichever came first. */
function firstCall({ startedAt, questions, escalation, refusals }: RunReport): Met['calls'] {
  const calls = [
    ...refusals.map(({ check, why }) => ({ at: startedAt ?? 0, why: `${check} ${why}` })),
    ...questions.map(({ at, text }) => ({ at, why: text })),
    ...(escalation === null ? [] : [{ at: escalation.at, why: escalation.reason ?? 'escalation' }]),
  ].toSorted((one, other) => one.at - other.at);
  const [first] = calls;
  return first === undefined ? null : { afterMs: first.at - (startedAt ?? first.at), why: first.why };
}

function rowOf(wide: number, { break: breaks, outcome, afterMs, changes, calls }: Met): string {
  const called = calls === null ? 'no' : `after ${sayDuration(calls.afterMs)}`;
  const why = calls === null ? [] : [`${' '.repeat(wide)}  calls because: ${calls.why}`];
  return [row(wide, [breaks ?? UNTOUCHED, outcome, sayDuration(afterMs), called, changes.join('; ') || 'none']), ...why].join('\n');
}

function row(wide: number, [what = '', ends = '', after = '', calls = '', changes = '']: readonly string[]): string {
  return `${what.padEnd(wide)}  ${ends.padEnd(12)} ${after.padEnd(9)} ${calls.padEnd(13)} ${changes}`;
}

function footOf(met: readonly Met[], drawn: Guessed | null, well: boolean): string {
  const ended = (wanted: string): number => met.filter(({ outcome }) => outcome === wanted).length;
  const by = [...new Set(met.map(({ outcome }) => outcome))].map((outcome) => `${ended(outcome)} ${outcome}`).join(', ');
  const ill = well
    ? []
    : ['With nothing broken it does not end recovered: mend the document or the world before you trust the other lines.'];
  return `${[`${met.length} rehearsals: ${by}`, ...ill, ...drawnLines(drawn)].join('\n')}\n`;
}
