import { expect, test } from 'vitest';
import { absent } from '../../../src/core/model/measured.ts';
import { detailOf } from '../../../src/diagnosis/figures/figure-detail.ts';
import { BACKEND, NOW, SPEC, wellAuth, wellBackend, wellFrontend, wellWorld, world } from '../fixtures.ts';

const [OLD, NEW] = [`${BACKEND}-00001-old`, `${BACKEND}-00002-new`];
const split = (requests: object) => ({ sinceAt: NOW - 240_000, untilAt: NOW - 60_000, total: 30, serverErrors: 4, byRevision: requests });
const seen = (changes: object) => detailOf(world({ services: [wellAuth(), { ...wellBackend(), ...changes }, wellFrontend()] }), SPEC);
const at = SPEC.services.findIndex(({ name }) => name === BACKEND);
const instances = (value: object) => ({ ...wellBackend().instances, value });

test('of a service of which one revision is at work nothing is told below it', () => {
  const { revisions, byRevision } = detailOf(wellWorld(), SPEC);
  expect([revisions, byRevision]).toEqual([SPEC.services.map(() => null), SPEC.services.map(() => null)]);
});

test('each revision has its requests, failures and instances; one without a request has none, one that was not measured is not known', () => {
  const requests = { ...wellBackend().requests, value: split({ [OLD]: { total: 30, serverErrors: 4 } }) };
  const both = seen({ requests, instances: instances({ [OLD]: 3, [NEW]: 1 }) });
  expect(both.revisions[at]).toEqual([OLD, NEW]);
  expect(both.byRevision[at]).toEqual([
    [30, 4, 3],
    [0, 0, 1],
  ]);
  const unread = seen({ requests: absent('request_count'), instances: instances({ [OLD]: 3, [NEW]: 1 }) });
  expect(unread.byRevision[at]?.[0]).toEqual([null, null, 3]);
});

test('log lines are counted by what they tell, over all services; logs that were not read are not none', () => {
  const group = { service: BACKEND, firstAt: NOW, lastAt: NOW, sample: '', facts: {}, insertId: null };
  const value = [
    { ...group, signature: 'connect-timeout', revision: OLD, count: 3 },
    { ...group, signature: 'connect-timeout', revision: NEW, count: 2 },
  ];
  expect(detailOf({ ...wellWorld(), logs: { ...wellWorld().logs, value } }, SPEC).logs).toEqual({ 'connect-timeout': 5 });
  expect(detailOf({ ...wellWorld(), logs: absent('logs') }, SPEC).logs).toBeNull();
});
