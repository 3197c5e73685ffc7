import { expect, test } from 'vitest';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { backInVain, restoreProvenInVain } from '../../../machines/incident/ending/end-guards.ts';
import { beginInVain, inVainMs, inVainWords } from '../../../machines/incident/ending/in-vain.ts';
import { letWindowWait, windowWaits } from '../../../machines/incident/health/window.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import { ownEvidence } from '../../../machines/incident/people/own-evidence.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';
import { SAMPLE, T } from '../present-ways.ts';

const WHOLE = ANSWERS.plan(STARTED_AT)[1]!;

const seen = (outcome: 'fail' | 'pass' | 'inconclusive'): IncidentContext => ({
  ...initialContext(INPUT),
  failure: 'Deploy shop: does not work: 60 of 100 requests failed.',
  look: {
    ...SAMPLE,
    at: T(3),
    gates: { all: { outcome, because: '' }, 'healthy:shop': { outcome, because: '60 of 100 requests failed' } },
  },
});

test('whoever is not served well, or not known to be, is watched; who is well is not, nor where a human has ordered the rollback', () => {
  expect(backInVain({ context: seen('fail') })).toBe(true);
  expect(backInVain({ context: seen('inconclusive') })).toBe(true);
  expect(restoreProvenInVain({ context: seen('fail') })).toBe(true);
  expect(backInVain({ context: seen('pass') })).toBe(false);
  expect(backInVain({ context: { ...seen('fail'), rollback: { by: 'ann', reason: 'mine', begun: true } } })).toBe(false);
  expect(backInVain({ context: { ...seen('fail'), restoreQueue: [{ service: 'shop', traffic: [] }] } })).toBe(false);
});

test('a human is called with what failed and what users have, until a time that is said; the window waits meanwhile', () => {
  const context = seen('fail');
  const event = { type: 'x', at: T(4) };
  const watched = { ...context, ...beginInVain({ context, event }) };
  expect(watched.outbox.at(-1)).toMatch(
    /a human is needed: Deploy shop: .*failed\. Seen .*: 60 of 100 requests failed\. .*looked at until /,
  );
  expect(inVainWords(context)).toBe('');
  expect(inVainMs({ settings: { ...context.settings, followForMs: MINUTE, windowMs: 2 * MINUTE } })).toBe(MINUTE);
  expect(windowWaits({ context: watched, event })).toBe(true);
  expect(letWindowWait({ context: watched, event }).windowEndsAt).toBe(T(4) + context.settings.questionWithinMs);
  expect(windowWaits({ context, event })).toBe(false);
});

test('a pin that was never sent speaks of our own side, but where Google’s own API did not take what came before it; users who failed are no such word', () => {
  const unsent = (failure: string): boolean => ownEvidence({ ...seen('fail'), plan: WHOLE, failure });
  expect(unsent('Scale c is refused: PERMISSION_DENIED: vpcaccess.connectors.patch c: not today')).toBe(true);
  expect(unsent('Pin backend: does not work: a line of it says: UNAVAILABLE: not today')).toBe(true);
  expect(unsent('Pin backend: made it worse: before 503 of 1241 requests failed, since then 512 of 520')).toBe(true);
  expect(unsent('Scale c: UNAVAILABLE: vpcaccess.connectors.patch c: 503 UNAVAILABLE: not today')).toBe(false);
  expect(unsent('the capacity phase passed its deadline: Scale c is refused: UNAVAILABLE: vpcaccess.connectors.patch c: not today')).toBe(
    false,
  );
});

test('one revision that serves badly beside one that serves well is no matter for Google; both, or too few to tell, say nothing of that', () => {
  const by = (byRevision: Readonly<Record<string, { readonly total: number; readonly failed: number; readonly late?: number }>>): boolean =>
    ownEvidence({
      ...seen('fail'),
      look: {
        ...SAMPLE,
        tallies: { shop: { requests: { sinceAt: T(0), untilAt: T(2), byRevision }, deaths: {}, probes: 'ill' } },
      },
    });
  const well = { total: 900, failed: 0 };
  expect(by({ old: well, new: { total: 100, failed: 30 } })).toBe(true);
  expect(by({ old: well, new: { total: 100, failed: 0, late: 100 } })).toBe(true);
  expect(by({ old: { total: 900, failed: 200 }, new: { total: 100, failed: 30 } })).toBe(false);
  expect(by({ old: well, new: { total: 9, failed: 9 } })).toBe(false);
  expect(by({ old: { total: 900, failed: 200 } })).toBe(false);
});
