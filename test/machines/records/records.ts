import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { rehearsalDocument } from '../../../src/composition/rehearsal-document.ts';
import type { RunEnd } from '../../../src/durable/run-options.ts';
import { HOUR } from '../../../src/core/duration.ts';
import type { Command, RunRecord } from '../../../src/ports/store.ts';
import { CrashHarness } from '../../../src/proof/crash-harness.ts';
import { readScenario } from '../../../src/simulator/scenario.ts';

/** One line of a file beside this one: a record as a released version saved it, and what it had written into the world by then. */
export interface FormerRun {
  readonly scenario: string;
  /** Where its runbook stood. */
  readonly state: string;
  readonly record: RunRecord;
  readonly writes: readonly {
    readonly at: number;
    readonly method: string;
    readonly path: string;
    readonly body: object;
    readonly actor: string;
  }[];
}

/** `0.1.0-115ca79`: version and commit of what saved them. */
export function formerRuns(release: string): readonly FormerRun[] {
  const text = gunzipSync(readFileSync(new URL(`./${release}.jsonl.gz`, import.meta.url))).toString('utf8');
  return text.split('\n').map((line) => JSON.parse(line) as FormerRun);
}

export interface WentOn {
  readonly stage: CrashHarness;
  readonly end: RunEnd | null;
  readonly failure: unknown;
}

/** The world as the former version left it, its record in the store, and this version started on both, until it ends. */
export async function goOn({ scenario: name, record, writes }: FormerRun, orders: readonly Command[] = []): Promise<WentOn> {
  const scenario = readScenario(name);
  const document = await rehearsalDocument(scenario, null, {
    env: {},
    readFile: () => Promise.reject(new Error('a scenario needs no file')),
  });
  const { spec, hash: specHash } = document;
  const stage = new CrashHarness({ scenario, spec, specHash, deathIsKnown: true, decideAt: () => 'go' });
  for (const { at, method, path, body, actor } of writes) {
    await until(stage, at);
    const { etag: _etag, ...wanted } = body as { readonly etag?: string };
    const headers = { 'x-sim-actor': actor, 'content-type': 'application/json' };
    const { status } = await stage.simulator.handle({ method, path, headers, body: JSON.stringify(wanted) });
    if (status === null || status >= 300) throw new Error(`${method} ${path} is not possible here: ${status}`);
  }
  await until(stage, record.savedAt);
  // A version that notes itself hashes the document as every later one does.
  await stage.store.save(record.program === undefined ? record : { ...record, specHash });
  for (const order of orders) await stage.store.sendCommand(order);
  const { ended } = stage.boot();
  const limitAt = scenario.startAt + 24 * HOUR;
  await stage.clock.run(() => ended.end !== null || ended.failure !== null, { limitAt });
  return { stage, ...ended };
}

async function until({ clock }: CrashHarness, at: number): Promise<void> {
  await clock.run(clock.sleepUntil(at), { limitAt: at });
}
