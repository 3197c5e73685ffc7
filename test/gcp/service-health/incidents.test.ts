import { describe, expect, test } from 'vitest';
import { PROJECT } from '../support/cloud-over.ts';
import { askedOf } from '../support/peer-by-path.ts';

const PATH = `/v1/projects/${PROJECT}/locations/global/events`;

function event(more: object, product = 'Cloud Run', location = 'us-central1'): object {
  return {
    name: `projects/${PROJECT}/locations/global/events/e1`,
    title: 'Elevated errors',
    category: 'INCIDENT',
    state: 'ACTIVE',
    detailedState: 'CONFIRMED',
    startTime: '2025-09-15T19:00:00Z',
    eventImpacts: [{ product: { productName: product }, location: { locationName: location } }],
    ...more,
  };
}

async function open(...events: readonly object[]) {
  return askedOf({ [PATH]: { body: { events } } }, (cloud) => cloud.incidents.open(['us-central1']));
}

describe('incidents of Google', () => {
  test('are asked for by state, and told with what they touch', async () => {
    const { answer, paths } = await open(event({}));
    expect(answer).toEqual([
      {
        id: 'e1',
        title: 'Elevated errors',
        products: ['Cloud Run'],
        locations: ['us-central1'],
        state: 'CONFIRMED',
        startedAt: Date.parse('2025-09-15T19:00:00Z'),
      },
    ]);
    expect(decodeURIComponent(paths[0] ?? '')).toContain('filter=category=INCIDENT AND state=ACTIVE');
  });

  test.each([
    ['another region', event({}, 'Cloud Run', 'europe-west1')],
    ['a product that nothing here stands on', event({}, 'Google Classroom')],
    ['a project that Google holds to be untouched', event({ relevance: 'NOT_IMPACTED' })],
    ['what is over', event({ state: 'CLOSED' })],
    ['what was merged into another', event({ detailedState: 'MERGED' })],
  ])('do not count for %s', async (_what, other) => {
    expect((await open(other)).answer).toEqual([]);
  });

  test.each([
    ['everywhere', event({}, 'Cloud Run', 'global')],
    ['in a zone of the region', event({}, 'Google Cloud SQL', 'us-central1-b')],
    ['at a place that Google does not name', event({ eventImpacts: [] })],
  ])('count %s', async (_where, here) => {
    expect((await open(here)).answer).toHaveLength(1);
  });

  test('none is an answer, and an API that is off is none', async () => {
    expect((await open()).answer).toEqual([]);
    const error = {
      code: 403,
      status: 'PERMISSION_DENIED',
      message: 'off',
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'SERVICE_DISABLED' }],
    };
    await expect(
      askedOf({ [PATH]: { status: 403, body: { error } } }, (cloud) => cloud.incidents.open(['us-central1'])),
    ).rejects.toMatchObject({
      kind: 'terminal',
      code: 'SERVICE_DISABLED',
    });
  });
});
