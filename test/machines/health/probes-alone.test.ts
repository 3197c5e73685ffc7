import { expect, test } from 'vitest';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { googleCanMend } from '../../../machines/incident/people/escalating.ts';
import { goalsAgreed, goalsLost } from '../../../machines/incident/guards.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import { probesAlone } from '../../../machines/incident/health/probes-alone.ts';
import { overdueWords, recordValidation } from '../../../machines/incident/health/unproven.ts';
import { waitingWords } from '../../../machines/incident/people/waiting-told.ts';
import type { Cause } from '../../../src/core/model/diagnosis.ts';
import type { Witness, Word } from '../../../src/core/model/testimony.ts';
import type { Outcome } from '../../../src/core/model/verdict.ts';
import { judgeValidation } from '../../../src/diagnosis/validation.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';

const SAMPLE = ANSWERS.observe(STARTED_AT)[0]!;
const WORDS: Readonly<Record<Witness, Word>> = { probes: 'ill', requests: 'well', deaths: 'well', platform: 'well', logs: 'silent' };

/** The last five looks at one service, all alike, and the verdict on it. */
function seen(words: Partial<typeof WORDS>, outcome: Outcome = 'inconclusive', extra: Partial<IncidentContext> = {}): IncidentContext {
  const progress = { ...SAMPLE.progress, rests: false };
  return {
    ...initialContext(INPUT),
    look: {
      ...SAMPLE,
      progress,
      gates: { 'healthy:shop': { outcome, because: 'so it is' }, 'healthy:front': { outcome: 'pass', because: '' } },
    },
    witnessed: [1, 2, 3, 4, 5].map((minute) => ({ at: STARTED_AT + minute * MINUTE, services: { shop: { ...WORDS, ...words } } })),
    ...extra,
  };
}

test('a health path that fails while users are served is told apart from an illness', () => {
  expect(probesAlone(seen({}))).toEqual(['shop']);
  expect(probesAlone(seen({}, 'fail'))).toEqual([]);
  expect(probesAlone(seen({}, 'pass'))).toEqual([]);
  expect(probesAlone(seen({ requests: 'silent' }))).toEqual([]);
  expect(probesAlone(seen({ requests: 'ill' }))).toEqual([]);
  expect(probesAlone(seen({ deaths: 'ill' }))).toEqual([]);
  expect(probesAlone(seen({ platform: 'ill' }))).toEqual([]);
});

test('it is not, while another service is not well, a cause is known, or a change of ours is in force', () => {
  const context = seen({});
  const other = { 'healthy:front': { outcome: 'inconclusive' as const, because: 'silent' } };
  expect(probesAlone({ ...context, look: { ...context.look!, gates: { ...context.look!.gates, ...other } } })).toEqual([]);
  const cause: Cause = { kind: 'certificate-or-routing', subject: '', summary: '', confidence: 0.4, share: 1, evidence: [], cures: [] };
  const diagnosis = { ...ANSWERS.diagnose(STARTED_AT)[0]!, causes: [cause] };
  expect(probesAlone({ ...context, diagnosis })).toEqual([]);
  expect(probesAlone({ ...context, diagnosis: { ...diagnosis, causes: [{ ...cause, kind: 'unknown' }] } })).toEqual(['shop']);
});

test('the window of improvement rests on it, and Google is not called for it', () => {
  expect([goalsAgreed({ context: seen({}) }), goalsLost({ context: seen({}) })]).toEqual([true, false]);
  expect([goalsAgreed({ context: seen({}, 'fail') }), goalsLost({ context: seen({}, 'fail') })]).toEqual([false, true]);
  const escalation = { reason: 'no improvement', at: STARTED_AT, afterWindow: true as const };
  expect(googleCanMend({ context: seen({}, 'inconclusive', { escalation }) })).toBe(false);
  expect(googleCanMend({ context: seen({}, 'fail', { escalation }) })).toBe(true);
  expect(googleCanMend({ context: seen({ requests: 'silent' }, 'fail', { escalation }) })).toBe(false);
  expect(googleCanMend({ context: seen({ requests: 'ill' }, 'fail', { escalation }) })).toBe(true);
  expect(googleCanMend({ context: seen({ requests: 'silent', platform: 'silent' }, 'fail', { escalation }) })).toBe(true);
});

test('a human is told what to mend as soon as two validations say so, and again at the end', () => {
  const check = {
    category: 'connectivity',
    name: 'shop /health',
    critical: true,
    verdict: { outcome: 'fail' as const, because: 'HTTP 500' },
  };
  const validated = [1, 2, 3].reduce<IncidentContext>((context, minute) => {
    const output = judgeValidation([check], 0.8, STARTED_AT + minute * MINUTE);
    return { ...context, ...recordValidation({ context }, output) };
  }, seen({}));
  expect(validated.outbox).toEqual([]);
  expect(waitingWords(validated)).toMatch(/^validation cannot pass as it is written, and did not 3 times since .*mend the health path/);
  expect(overdueWords(validated)).toContain('mend the health path');
});
