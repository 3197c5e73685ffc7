import type { VerbDeps } from '../deps.ts';
import { painter } from '../process/output.ts';
import type { RunTime, SelectedRun } from '../runs/select-run.ts';
import { glyphsFor } from './glyphs.ts';
import { indicatorLines, lookLine, railLine } from './picture.ts';
import { Watched } from './seen.ts';

interface Shown {
  readonly run: SelectedRun;
  readonly time: RunTime;
}

/**
 * Rail, curves and gates of a run as the store keeps it, for whoever watches it from another shell; nothing without a stage. Its journal is
 * read on from where it was, and only when it has grown.
 */
export function createPicture({
  stage,
  stdout,
  env,
}: Pick<VerbDeps, 'stage' | 'stdout' | 'env'>): (shown: Shown) => Promise<readonly string[]> {
  let known: { readonly runId: string; readonly seen: Watched; upTo: number } | null = null;
  return async ({ run: { record, status, store }, time: { now } }) => {
    if (stage === undefined || record === null || status === null || now === null) return [];
    if (known?.runId !== record.runId || known.upTo > record.journalSeq) known = { runId: record.runId, seen: new Watched(), upTo: 0 };
    const { seen } = known;
    if (known.upTo < record.journalSeq) {
      for (const line of await store.readJournal(record.runId, known.upTo)) {
        seen.add(line);
        known.upTo = line.seq;
      }
    }
    const drawing = { width: stdout.columns - 1, glyphs: glyphsFor(env), paint: painter(stdout, env) };
    return [railLine(seen.been, status.states, drawing), ...indicatorLines(seen, now, drawing), lookLine(seen, now, drawing)];
  };
}
