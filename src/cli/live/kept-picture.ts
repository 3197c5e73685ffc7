import type { VerbDeps } from '../deps.ts';
import { painter } from '../process/output.ts';
import type { RunTime, SelectedRun } from '../runs/select-run.ts';
import { glyphsFor } from './glyphs.ts';
import { indicatorLines, lookLine, railLine } from './picture.ts';
import type { Seen } from './seen.ts';
import { seenIn } from './seen.ts';

interface Shown {
  readonly run: SelectedRun;
  readonly time: RunTime;
}

/**
 * Rail, curves and gates of a run as the store keeps it, for whoever watches it from another shell; nothing without a stage. Its journal is
 * read anew only when it has grown.
 */
export function createPicture({
  stage,
  stdout,
  env,
}: Pick<VerbDeps, 'stage' | 'stdout' | 'env'>): (shown: Shown) => Promise<readonly string[]> {
  let known: { readonly of: string; readonly seen: Seen } | null = null;
  return async ({ run: { record, status, store }, time: { now } }) => {
    if (stage === undefined || record === null || status === null || now === null) return [];
    const of = `${record.runId} ${record.journalSeq}`;
    if (known?.of !== of) known = { of, seen: seenIn(await store.readJournal(record.runId)) };
    const drawing = { width: stdout.columns - 1, glyphs: glyphsFor(env), paint: painter(stdout, env) };
    const { seen } = known;
    return [railLine(seen.been, status.states, drawing), ...indicatorLines(seen, now, drawing), lookLine(seen, now, drawing)];
  };
}
