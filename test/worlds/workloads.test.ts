import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lookOffline } from '../../src/composition/offline.ts';
import { observeOnce } from '../../src/controller/observe-once.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { findingsOf } from '../../src/diagnosis/checks/checks.ts';
import { judgeWorkloads } from '../../src/diagnosis/workloads.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { loadSpec } from '../../src/spec/load.ts';
import { drawLive } from '../../src/worlds/draw-live.ts';
import { drawWorld } from '../../src/worlds/draw.ts';
import { loadWorld } from '../../src/worlds/load.ts';
import { FROM_LIVE, worldText } from '../../src/worlds/write.ts';
import { tell } from '../scenarios/rehearsed.ts';
import { ownWrites } from './measured.ts';
import { readWorld } from './worlds.ts';

const NAME = 'beside-the-services';
const { spec } = loadSpec(readFileSync(new URL(`./documents/${NAME}.yaml`, import.meta.url), 'utf8'), NAME, {});
const look = (scenario: Parameters<typeof lookOffline>[0]) =>
  lookOffline(scenario, (at) => observeOnce({ ...at, spec, signal: new AbortController().signal }));

describe('jobs and worker pools beside the services', () => {
  it('are told from the first look to the last word, and no run changes them or waits for them', async () => {
    const { rehearsed, expectations } = await tell(readWorld(NAME));
    expect(expectations.filter(({ met }) => !met)).toEqual([]);
    expect(ownWrites(rehearsed).every(({ path }) => path.includes('/services/notes'))).toBe(true);
    const { beside } = buildReport(rehearsed.lines);
    expect(beside.map((line) => line.split(/[;(]/, 1)[0]?.trim())).toEqual([
      'fail: job nightly-report: its last 3 executions failed, the first at 2025-09-15 17:55',
      'job backup: well',
      'worker pool consumer: well',
      'fail: worker pool indexer is not ready: indexer-00001-abc',
    ]);
    const validation = rehearsed.lines.findLast(({ event }) => event === 'validate.done')?.data;
    expect(validation).toMatchObject({ verdict: { outcome: 'pass', because: expect.stringContaining('not counted: job nightly-report') } });
    const ended = JSON.stringify(rehearsed.lines.findLast(({ event }) => event === 'conclude.done')?.data);
    expect(ended).toContain('beside the services: job nightly-report: its last 3 executions failed');
  });

  it('are findings with the command that shows more, and never a cause', async () => {
    const { observation } = await look(readWorld(NAME));
    const found = findingsOf(observation, spec).filter(({ check }) => check === 'workloads');
    expect(found.map(({ subject }) => subject)).toEqual(['job nightly-report', 'worker pool indexer']);
    expect(found[0]?.change).toContain('gcloud run jobs describe nightly-report --project=paper-notes --region=europe-west4');
    expect(diagnose(observation, spec).causes.map(({ kind }) => kind)).toEqual(['application-crash']);
  });

  it('are in a world that is drawn: well from the document, and as they are from a look', async () => {
    const fromDocument = loadWorld(worldText(drawWorld(spec), NAME, FROM_LIVE), 'drawn').scenario;
    const well = await look(fromDocument);
    expect(Object.values(judgeWorkloads(well.observation)).map(({ outcome }) => outcome)).toEqual(['pass', 'pass', 'pass', 'pass']);
    const seen = await look(readWorld(NAME));
    const again = await look(loadWorld(worldText(drawLive({ spec, ...seen })!, NAME, FROM_LIVE), 'drawn').scenario);
    const outcomes = (one: typeof seen) => Object.values(judgeWorkloads(one.observation)).map(({ outcome }) => outcome);
    expect(outcomes(again)).toEqual(outcomes(seen));
  });
});
