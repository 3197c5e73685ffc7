import { expect, test } from 'vitest';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { RUN_ID } from '../../../src/proof/crash-harness.ts';
import { goOn } from './records.ts';
import type { FormerRun, WentOn } from './records.ts';

const ENDS: Readonly<Record<string, string>> = { 'issue-1278': 'recovered', 'bad-deploy': 'restored', 'no-improvement': 'escalated' };

export const contextOf = ({ record }: FormerRun): IncidentContext => (record.snapshot as { readonly context: IncidentContext }).context;

/** Each of these runs is taken over, forgets no change, repeats none, and ends as its incident should. */
export function testTakeovers(runs: readonly FormerRun[]): void {
  const named = runs.map((run): [string, string, FormerRun] => [run.scenario, run.state, run]);
  test.each(named)('in %s, at %s, goes on to its end', { timeout: 300_000 }, async (scenario, state, run) => {
    const went = await goOn(run);
    expect(went.failure).toBe(null);
    expect(went.end?.outcome).toBe(ENDS[scenario]);
    const lines = await went.stage.store.readJournal(RUN_ID);
    expect(lines.find(({ event }) => event === 'run.resumed')?.data).toMatchObject({ anew: true, savedBy: null });
    const { mutations } = went.end!.snapshot.context as IncidentContext;
    expect(mutations.map(({ key }) => key)).toEqual(expect.arrayContaining(contextOf(run).mutations.map(({ key }) => key)));
    // A deploy of which no more than the revision was made is made anew; nothing else is written twice.
    const repeated = sent(went).length - new Set(sent(went)).size;
    expect(repeated).toBe(state.includes('starting') ? 1 : 0);
  });
}

/** Writes of the connector and of templates, in order. */
function sent({ stage }: WentOn): readonly string[] {
  return stage.simulator
    .writes()
    .map(({ method, path }) => `${method} ${path}`)
    .filter((write) => write.includes('connectors') || write.includes('template'));
}
