import { afterAll, beforeAll, expect, test } from 'vitest';
import { Site } from './support/controllers.ts';

const REGION = '/v2/projects/netra-staging/locations/us-central1';
const FRONTEND = `${REGION}/services/netra-frontend-staging?updateMask=template.labels`;

let site: Site;
beforeAll(async () => void (site = await Site.open()));
afterAll(() => site.close());

test(
  '`firebreak resume` while the connector update is in flight: the update goes on as ours, and the run is not held for it when it is done',
  { timeout: 300_000 },
  async () => {
    const run = await site.start();
    const { store, pace } = site;
    const inState = async (end: string): Promise<boolean> => (await store.readStatus())?.states.some((each) => each.endsWith(end)) === true;
    await pace.until(() => inState('scalingConnector.applying'));
    await site.byHand('ann@example.com', FRONTEND, { template: { labels: { changedby: 'ann' } } });
    await pace.until(() => inState('operator.held'));
    expect((await store.readStatus())?.asks?.question).toContain('service:netra-frontend-staging was changed');
    expect((await site.verb('resume')).code).toBe(0);
    await pace.until(() => inState('operator.active'));
    expect(await inState('scalingConnector.applying')).toBe(true);
    // The pin comes after the connector is in force; then two looks more.
    await pace.until(async () => (await site.writes()).some(({ path }) => path.includes('/services/netra-backend-staging')));
    const seen = (await looks(site)).length;
    await pace.until(async () => (await looks(site)).length >= seen + 2);
    const journal = await store.readJournal((await store.load())!.runId);
    const heldLines = journal.filter(({ states }) => states.some((state) => state.endsWith('operator.held')));
    expect(heldLines.every(({ at }) => at <= journal.find(({ event }) => event === 'RESUME')!.at)).toBe(true);
    expect((await site.writes()).filter(({ path }) => path.includes('/connectors/'))).toHaveLength(1);
    run.kill('SIGKILL');
  },
);

async function looks({ store }: Site): Promise<readonly object[]> {
  return (await store.readJournal((await store.load())!.runId)).filter(({ kind }) => kind === 'tick');
}
