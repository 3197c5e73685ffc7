import { describe, expect, test } from 'vitest';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { loadScenario } from '../../src/simulator/scenario.ts';
import { tell } from './rehearsed.ts';
import type { Told } from './rehearsed.ts';

const AUTH = 'netra-auth-service';
const BACKEND = 'netra-backend-staging';

/** A world in which nearly a third of auth's requests fail and its deploy is due, over which `more` is laid. */
async function play(more: {
  readonly auth?: string;
  readonly backend?: string;
  readonly faults?: string;
  readonly expect: string;
}): Promise<Told> {
  return tell(
    loadScenario(
      `
name: after-write
title: auth fails a third of its requests
base: already-healthy
cause: application-crash
${more.faults ?? ''}
world:
  services:
    - name: ${AUTH}
      load: { requestsPerSecond: 4 }
      ${more.auth ?? ''}
    - name: ${BACKEND}
      ${more.backend ?? 'load: { requestsPerSecond: 1 }'}
expect: ${more.expect}
`,
      'after-write.yaml',
    ),
  );
}

const ILL = `revisions: [{ name: ${AUTH}-00181-h4z, defect: { kind: errors, share: 0.5 } }]`;
const MENDED = `${ILL}\n      newRevisions: { defect: { kind: errors, share: 0 } }`;

/** Percent that each vector written by us gave to a revision which was not there at the start, in order. */
function shares({ rehearsed }: Told, service: string): readonly number[] {
  const known = rehearsed.simulator.scenario.world.services.find(({ name }) => name === service)!.revisions.map(({ name }) => name);
  return rehearsed.simulator
    .writes()
    .filter(({ path }) => path.includes(`/services/${service}`))
    .map(({ body }) =>
      ((body as { traffic?: readonly { revision?: string; percent?: number }[] }).traffic ?? []).reduce(
        (sum, { revision, percent = 0 }) => sum + (revision !== undefined && !known.includes(revision) ? percent : 0),
        0,
      ),
    );
}

const unmet = ({ expectations }: Told): readonly string[] =>
  expectations.filter(({ met }) => !met).map(({ what, found }) => `${what}: ${found}`);
const told = ({ rehearsed }: Told): string => rehearsed.after.told.join('\n');
const contextOf = ({ rehearsed }: Told): IncidentContext => rehearsed.end.snapshot.context as IncidentContext;

describe('a new revision', () => {
  test('that is Ready but answers 503 by its tag never gets a user', async () => {
    const story = await play({
      auth: `${ILL}\n      newRevisions: { defect: { kind: missing-module, module: auth_core.jwt } }`,
      expect: `{ outcome: restored, cases: 0, told: [${AUTH}, Only this step is undone], endsWithin: 3h }`,
    });
    expect(unmet(story)).toEqual([]);
    expect(Math.max(...shares(story, AUTH))).toBe(0);
    expect(Object.keys(contextOf(story).undone)).toContain(`deploy:${AUTH}`);
  });

  test('that is well by its tag and fails its users stops at a tenth of them, is undone within minutes, and is told with figures', async () => {
    const story = await play({
      auth: `${ILL}\n      newRevisions: { defect: { kind: errors, share: 0.95, healthSaysWell: true } }`,
      expect: `{ outcome: restored, cases: 0, told: [made it worse], endsWithin: 3h }`,
    });
    expect(unmet(story)).toEqual([]);
    expect(Math.max(...shares(story, AUTH))).toBe(10);
    expect(told(story)).toMatch(
      /made it worse: netra-auth-service: before \d+ of \d+ requests failed, since then \d+ of \d+ requests failed/,
    );
    const [deployed, canary, undone] = contextOf(story).mutations;
    expect([deployed?.stepId, canary?.stepId, undone?.undoes]).toEqual([`deploy:${AUTH}`, `deploy:${AUTH}`, `deploy:${AUTH}`]);
    expect(undone!.at - canary!.at).toBeLessThan(8 * 60_000);
  });

  test('that is well gets a tenth, then all, and our tag is gone', async () => {
    const story = await play({ auth: MENDED, expect: `{ outcome: recovered, cases: 0, trafficKept: [${AUTH}], endsWithin: 4h }` });
    expect(unmet(story)).toEqual([]);
    expect(shares(story, AUTH)).toEqual([0, 10, 100]);
    expect(story.rehearsed.after.traffic[AUTH]?.join()).not.toContain('firebreak');
  });
});

describe('only what failed is undone', () => {
  test('a revision whose health probe blips while every request is answered stays', async () => {
    const blip = (id: string, from: string): string =>
      `  - { id: ${id}, match: { method: GET, path: '/_services/${AUTH}/health' }, from: ${from}, for: 25s, answer: { status: 503 } }`;
    const story = await play({
      auth: MENDED,
      faults: ['faults:', blip('one', '13m'), blip('two', '15m'), blip('three', '17m')].join('\n'),
      expect: `{ outcome: recovered, trafficKept: [${AUTH}], cases: 0, endsWithin: 4h }`,
    });
    expect(unmet(story)).toEqual([]);
  });

  test('a pin that helps nobody, where most failed before it, is put back with the deploy that followed it, and told', async () => {
    const story = await play({
      auth: `revisions: [{ name: ${AUTH}-00181-h4z }]`,
      backend: [
        'load: { requestsPerSecond: 4 }',
        `traffic: [{ revision: ${BACKEND}-00749-6tr, percent: 100 }]`,
        'revisions:',
        `  - { name: ${BACKEND}-00749-6tr, minInstances: 8, running: { ready: 8, wedged: 0 }, defect: { kind: errors, share: 0.7 } }`,
        `  - { name: ${BACKEND}-00750-69k, minInstances: 8, running: { ready: 0, wedged: 0 }, defect: { kind: errors, share: 1 } }`,
      ].join('\n      '),
      expect: `{ outcome: restored, trafficRestored: [${BACKEND}], told: ['Put the traffic of'], endsWithin: 8h }`,
    });
    const restores = contextOf(story).mutations.filter(({ stepId }) => stepId === `restore:${BACKEND}`);
    expect(restores.map(({ outcome }) => outcome)).toEqual(['applied', 'applied']);
    expect(told(story)).toContain('(put back since)');
    expect(story.rehearsed.after.traffic[BACKEND]?.join()).toContain(`${BACKEND}-00749-6tr 100`);
    // The deploy that may follow carries the image of the pinned revision: it gets no user at all.
    expect(Math.max(...shares(story, BACKEND))).toBe(0);
  });
});
