import { describe, expect, it } from 'vitest';
import { readsPerLook, tell } from '../scenarios/rehearsed.ts';
import { ownWrites } from './measured.ts';
import { judgeWorld, readWorld } from './worlds.ts';

/** One service behind one load balancer in two regions; its revisions are called alike in both. */
describe('two regions in one document', () => {
  it.each(['regions-healthy', 'regions-own-bad-revision', 'regions-other-silent', 'regions-connector-full'])('%s', async (name) => {
    expect((await judgeWorld(name)).unmet).toEqual([]);
  });

  it('is put back in the region that is ill alone, and what is printed and done names that region', async () => {
    const { rehearsed, expectations } = await tell(readWorld('regions-one-bad-revision'));
    expect(expectations.filter(({ met }) => !met)).toEqual([]);
    expect(ownWrites(rehearsed).map(({ path }) => path.split('?')[0])).toEqual([
      '/v2/projects/ferry-tickets/locations/europe-west4/services/booking',
    ]);
    expect(rehearsed.after.traffic['booking']).toEqual(rehearsed.before.traffic['booking']);
    expect(rehearsed.after.traffic['booking@europe-west4']).toEqual(['booking-00041-old 100 -']);
    const journal = JSON.stringify(rehearsed.lines);
    expect(journal).toContain('gcloud run services update-traffic booking --project=ferry-tickets --region=europe-west4');
    expect(journal).not.toContain('gcloud run services update-traffic booking --project=ferry-tickets --region=europe-north1');
    // Two reads more a look than one region: its services and their revisions.
    for (const { all, logging } of readsPerLook(rehearsed)) {
      expect(all).toBeLessThanOrEqual(14.1);
      expect(logging).toBeLessThanOrEqual(1.1);
    }
  });

  it('is deployed in the second region only after the first has been stable, and not at all where it failed in the first', async () => {
    const { rehearsed } = await tell(readWorld('regions-deploy-in-order'));
    const regions = ownWrites(rehearsed).map(({ path }) => /locations\/([^/]+)/.exec(path)?.[1]);
    expect(regions).toEqual(['europe-north1', 'europe-north1', 'europe-north1', 'europe-west4', 'europe-west4', 'europe-west4']);
    expect((await judgeWorld('regions-deploy-fails-first')).unmet).toEqual([]);
  });
});
