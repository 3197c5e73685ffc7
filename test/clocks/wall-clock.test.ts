import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWallClock } from '../../src/clocks/wall-clock.ts';
import { DAY, HOUR } from '../../src/core/duration.ts';

const START = Date.UTC(2026, 0, 7);

describe('the wall clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: START }));
  afterEach(() => void vi.useRealTimers());
  const clock = createWallClock();

  async function wakesAt(at: number, signal?: AbortSignal): Promise<() => number | null> {
    let woken: number | null = null;
    clock.sleepUntil(at, signal).then(
      () => (woken = clock.now()),
      () => (woken = -1),
    );
    await vi.advanceTimersByTimeAsync(0);
    return () => woken;
  }

  it('wakes at the instant, not before', async () => {
    const woken = await wakesAt(START + HOUR);
    await vi.advanceTimersByTimeAsync(HOUR - 1);
    expect(woken()).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(woken()).toBe(START + HOUR);
  });

  it('waits longer than setTimeout can', async () => {
    const woken = await wakesAt(START + 30 * DAY);
    await vi.advanceTimersByTimeAsync(30 * DAY - 1);
    expect(woken()).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(woken()).toBe(START + 30 * DAY);
  });

  it('notices within a minute that time has passed without it', async () => {
    const woken = await wakesAt(START + HOUR);
    vi.setSystemTime(START + 2 * HOUR);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(woken()).toBe(START + 2 * HOUR + 60_000);
  });

  it('waits no longer than was asked for when the time of day is set back', async () => {
    const woken = await wakesAt(START + 10 * 60_000);
    await vi.advanceTimersByTimeAsync(30_000);
    vi.setSystemTime(START - 3 * HOUR);
    await vi.advanceTimersByTimeAsync(10 * 60_000 - 30_001);
    expect(woken()).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(woken()).toBe(START - 3 * HOUR + 10 * 60_000 - 30_000);
  });

  it('does not wait for what has passed', async () => {
    expect((await wakesAt(START - 1))()).toBe(START);
  });

  it('is interrupted by the signal, also in the middle of a long wait, and leaves no timer', async () => {
    const abort = new AbortController();
    const woken = await wakesAt(START + DAY, abort.signal);
    await vi.advanceTimersByTimeAsync(HOUR);
    abort.abort('enough');
    await vi.advanceTimersByTimeAsync(0);
    expect(woken()).toBe(-1);
    expect(vi.getTimerCount()).toBe(0);
    await expect(clock.sleepUntil(START + DAY, abort.signal)).rejects.toBe('enough');
  });

  it('refuses an instant that is none', async () => {
    await expect(clock.sleepUntil(NaN)).rejects.toThrow(RangeError);
  });
});
