import { expect, test } from 'vitest';
import { HOUR, MINUTE, sayMinute } from '../../../src/core/duration.ts';
import { fresh } from '../../../src/core/model/measured.ts';
import type { RequestStats } from '../../../src/core/model/request-stats.ts';
import { choiceWords } from '../../../src/steps/pin/choice.ts';
import { BACKEND, NEW_BACKEND, NOW, OLD_BACKEND, SPEC, wellBackend, world } from '../../diagnosis/fixtures.ts';

const RECORD = { lastServedAt: NOW - HOUR, total: 10_000, failed: 120, deaths: 0, countedUntil: NOW };

test('what a human can choose from is told by what fails now and since when, not thinned by the hours before it', () => {
  const stats: RequestStats = {
    sinceAt: NOW - 5 * MINUTE,
    total: 300,
    serverErrors: 150,
    byRevision: { [NEW_BACKEND]: { total: 300, serverErrors: 150 } },
  };
  const backend = { ...wellBackend(), requests: fresh(stats, NOW - MINUTE, 'request_count') };
  const scope = {
    observation: world({ services: [backend] }),
    spec: SPEC,
    revisions: { [BACKEND]: { [NEW_BACKEND]: RECORD, [OLD_BACKEND]: RECORD } },
  };
  const words = choiceWords(scope, backend.state.value!);
  const known = `1.2 % of all requests known of it failed, the last of them before ${sayMinute(NOW - HOUR)}`;
  const now = `50 % of its 300 requests failed from ${sayMinute(NOW - 5 * MINUTE)} to ${sayMinute(NOW - MINUTE)}`;
  expect(words).toContain(`${NEW_BACKEND} (serves 100 % now, ${now}; ${known})`);
  expect(words).toContain(`${OLD_BACKEND} (no traffic now, ${known})`);
});
