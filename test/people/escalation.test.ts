import { describe, expect, test } from 'vitest';
import { readWorldFacts } from '../../src/composition/world-facts.ts';
import { HOUR, MINUTE } from '../../src/core/duration.ts';
import type { RunOutcome } from '../../src/core/model/outcome.ts';
import { faultKind, faultOf } from '../../src/simulator/fault-library.ts';
import type { ScenarioFault } from '../../src/simulator/scenario.ts';
import { perform } from './theatre.ts';
import type { Performance } from './theatre.ts';

/** The region has no machines for the connector: Google can mend that, so it is called some minutes into the run. */
const meet = (faults: readonly ScenarioFault[]): Promise<Performance> =>
  perform({ scenario: 'regional-shortage', change: (scenario) => ({ ...scenario, faults: [...faults] }), people: [] });

const always = { from: 0, for: 24 * HOUR };
const REFUSED: ScenarioFault = {
  id: 'no-plan',
  match: { path: '/v2/projects/*/cases**' },
  answer: { status: 403, statusText: 'PERMISSION_DENIED' },
  ...always,
};

async function casesOf({ stage }: Performance): Promise<number> {
  const { scenario } = stage.simulator;
  const { cases } = await readWorldFacts(stage.simulator, 'netra-staging', 'us-central1');
  expect(scenario.name).toBe('regional-shortage');
  return cases.length;
}

describe('an escalation', () => {
  test('opens its case although support is away for a quarter of an hour when it is called', { timeout: 300_000 }, async () => {
    const run = await meet([faultOf(faultKind('cases-503'), { from: 0, for: 15 * MINUTE })]);
    expect([run.outcome, await casesOf(run)]).toEqual(['escalated', 1]);
    // People had the text in the meantime, and were told of the case.
    expect(run.told.some((text) => text.includes('Text for the case:'))).toBe(true);
    expect(run.told.some((text) => text.includes('escalated to Google Cloud Support as'))).toBe(true);
  });

  test('that support refuses is told to people at once, whole, and again while nobody has it in hand', { timeout: 300_000 }, async () => {
    const run = await meet([REFUSED]);
    expect([run.outcome, await casesOf(run)]).toEqual(['escalated', 0]);
    expect(run.told.filter((text) => text.includes('Text for the case:')).length).toBeGreaterThanOrEqual(2);
    expect(run.context.supportCase?.reached).toBe(true);
  });

  test('that reaches nobody ends as that, with the text kept and the messages counted', { timeout: 300_000 }, async () => {
    const run = await meet([REFUSED, faultOf(faultKind('sink-down'), always)]);
    const outcome: RunOutcome = 'escalated-but-unreached';
    expect(run.outcome).toBe(outcome);
    expect(run.context.untold).toBeGreaterThan(1);
    expect(run.context.supportCase?.keptAt).toContain('case');
  });

  test('tells support what is so at the minute in which it is called', { timeout: 300_000 }, async () => {
    const run = await meet([]);
    const called = run.lines.find(({ event }) => event === 'openCase.done')!;
    const text = run.context.supportCase!.text;
    expect(text).not.toContain('fresh');
    const diagnosed = Date.parse(/Diagnosis of (\S+):/.exec(text)![1]!);
    expect(Math.abs(called.at - diagnosed)).toBeLessThan(2 * MINUTE);
    expect(text).toMatch(/Tried \S+: Scale .*: failed: /);
  });
});
