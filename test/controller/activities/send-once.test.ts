import { describe, expect, test } from 'vitest';
import { sendOnce } from '../../../src/controller/activities/fenced-write.ts';
import { ConflictError, OutcomeUnknownError, TransientError } from '../../../src/core/errors.ts';

const lost = new OutcomeUnknownError('lost', 'the answer was lost');
const refused = new ConflictError('aborted', 'another request changes it');
const away = new TransientError('http-503', 'unavailable');
const fine = (): Promise<void> => Promise.resolve();

describe('a write whose end is not known', () => {
  const sending = (thrown: Error) => async (lastCheck: () => Promise<void>) => {
    await lastCheck();
    throw thrown;
  };

  test.each([
    ['a lost answer', lost],
    ['a conflict that may be with itself', refused],
  ])('%s: what is found decides', async (_what, thrown) => {
    expect(await sendOnce(fine, sending(thrown), () => Promise.resolve('found'), false)).toBe('found');
    await expect(sendOnce(fine, sending(thrown), () => Promise.resolve(null), false)).rejects.toBe(thrown);
  });

  test.each([
    ['a lost answer', lost],
    ['a conflict', refused],
  ])('%s that cannot be read back stays unknown: it is not taken for a write that was never sent', async (_what, thrown) => {
    const ended = sendOnce(fine, sending(thrown), () => Promise.reject(away), false);
    await expect(ended).rejects.toMatchObject({ kind: 'outcome-unknown', code: 'unread' });
  });

  test('a refusal that reading back makes by itself stands', async () => {
    const busy = new ConflictError('busy-maybe-ours', 'an update runs');
    await expect(sendOnce(fine, sending(refused), () => Promise.reject(busy), false)).rejects.toBe(busy);
  });

  test('a conflict before anything was sent is one, and nothing is read back', async () => {
    const stale = new ConflictError('stale', 'the plan has changed');
    const found = sendOnce(
      () => Promise.reject(stale),
      sending(lost),
      () => Promise.resolve('found'),
      false,
    );
    await expect(found).rejects.toBe(stale);
  });
});
