import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { judgeExpectations } from '../../src/composition/expectations.ts';
import type { Expectation } from '../../src/composition/expectations.ts';
import { rehearsalDocument } from '../../src/composition/rehearsal-document.ts';
import { rehearse } from '../../src/composition/rehearsal.ts';
import type { Rehearsed } from '../../src/composition/rehearsal.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import { createMemoryStore } from '../../src/store/memory.ts';

export interface Told {
  readonly rehearsed: Rehearsed;
  readonly expectations: readonly Expectation[];
  /** Of the whole journal. */
  readonly hash: string;
}

/** One whole rehearsal in memory, judged by its scenario. */
export async function tell(scenario: Scenario): Promise<Told> {
  const document = await rehearsalDocument(scenario, null, { readFile: (path) => readFile(path), env: {} });
  const rehearsed = await rehearse({
    scenario,
    spec: document.spec,
    specHash: document.hash,
    openStore: () => createMemoryStore('memory', { recordsStay: true }),
    owner: { token: 'once', host: 'here', pid: 1, described: 'a test' },
  });
  const hash = createHash('sha256').update(JSON.stringify(rehearsed.lines)).digest('hex');
  return { rehearsed, expectations: judgeExpectations(scenario, rehearsed), hash };
}

/**
 * Reads of Google's APIs per look, averaged over each ten looks on end, by the simulator's own ledger: what arrives at the very
 * instant at which a look begins. Activities (preflight, polling, validation) read at instants of their own.
 */
export function readsPerLook({ simulator, lines }: Rehearsed): readonly { readonly all: number; readonly logging: number }[] {
  const looks = lines.filter(({ kind }) => kind === 'tick').map(({ data }) => (data as { readonly at: number }).at);
  const reads = new Map<number, { all: number; logging: number }>(looks.map((at) => [at, { all: 0, logging: 0 }]));
  for (const { at, api, wasWrite } of simulator.ledger) {
    const counted = reads.get(at);
    if (counted === undefined || wasWrite || !api.endsWith('googleapis.com')) continue;
    counted.all += 1;
    if (api === 'logging.googleapis.com') counted.logging += 1;
  }
  const each = looks.map((at) => reads.get(at)!);
  return each.slice(0, Math.max(0, each.length - LOOKS + 1)).map((_, first) => {
    const ten = each.slice(first, first + LOOKS);
    const average = (of: 'all' | 'logging') => ten.reduce((sum, look) => sum + look[of], 0) / LOOKS;
    return { all: average('all'), logging: average('logging') };
  });
}

const LOOKS = 10;
