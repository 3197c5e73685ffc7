import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectRemoteClock } from '../../src/clocks/remote-clock.ts';
import { TransientError, UserError } from '../../src/core/errors.ts';

const URL = 'http://127.0.0.1:8080';

describe('a clock that follows a simulator', () => {
  let asked: string[];
  /** The simulator's time: `speed` virtual ms a real one since it was set. */
  let far: { now: number; speed: number; since: number };
  const fetchJson = async (url: string) => {
    asked.push(url);
    return { now: far.now + (performance.now() - far.since) * far.speed, speed: far.speed };
  };
  const setFar = (now: number, speed: number) => (far = { now, speed, since: performance.now() });

  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    setFar(1_000_000, 120);
  });
  afterEach(() => void vi.useRealTimers());

  it('asks the control plane and goes on at its speed', async () => {
    const clock = await connectRemoteClock(`${URL}/`, fetchJson);
    expect(asked).toEqual([`${URL}/_sim/clock`]);
    expect(clock.now()).toBe(1_000_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(clock.now()).toBe(1_120_000);
  });

  it('wakes when the simulator is there, never before', async () => {
    const clock = await connectRemoteClock(URL, fetchJson);
    let wokenAt: number | null = null;
    void clock.sleepUntil(1_000_000 + 120 * 30_000).then(() => (wokenAt = clock.now()));
    await vi.advanceTimersByTimeAsync(29_990);
    expect(wokenAt).toBeNull();
    await vi.advanceTimersByTimeAsync(20);
    expect(wokenAt).toBeGreaterThanOrEqual(1_000_000 + 120 * 30_000);
  });

  it('looks again now and then, and follows a change of speed', async () => {
    const clock = await connectRemoteClock(URL, fetchJson);
    setFar(1_000_000, 10);
    let woken = false;
    void clock.sleepUntil(1_000_000 + 3_600_000).then(() => (woken = true));
    await vi.advanceTimersByTimeAsync(359_000);
    expect(woken).toBe(false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(woken).toBe(true);
    expect(asked.length).toBeLessThan(100);
  });

  it('never runs backwards when the look says that we were too fast', async () => {
    const clock = await connectRemoteClock(URL, fetchJson);
    await vi.advanceTimersByTimeAsync(5_001);
    const ahead = clock.now();
    setFar(1_000_000, 1);
    await vi.advanceTimersByTimeAsync(6_000);
    clock.now();
    await vi.advanceTimersByTimeAsync(0);
    expect(clock.now()).toBeGreaterThanOrEqual(ahead);
  });

  it('waits for a simulator that stands still', async () => {
    setFar(1_000_000, 0);
    const clock = await connectRemoteClock(URL, fetchJson);
    let woken = false;
    void clock.sleepUntil(1_000_001).then(() => (woken = true));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(woken).toBe(false);
    setFar(1_000_500, 1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(woken).toBe(true);
  });

  it('goes on without the simulator for a while', async () => {
    let away = false;
    const clock = await connectRemoteClock(URL, (url) => (away ? Promise.reject(new Error('refused')) : fetchJson(url)));
    away = true;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(clock.now()).toBe(1_000_000 + 20_000 * 120);
    await vi.advanceTimersByTimeAsync(0);
  });

  it.each(['http://example.com', 'http://10.0.0.1:80', 'http://127.0.0.1.example.com', 'not a url', 'http://localhost.evil.org'])(
    'is refused off this machine: %s',
    async (url) => {
      await expect(connectRemoteClock(url, fetchJson)).rejects.toBeInstanceOf(UserError);
      expect(asked).toEqual([]);
    },
  );

  it.each(['http://localhost:1', 'http://127.1.2.3:1', 'http://[::1]:1'])('is allowed on loopback: %s', async (url) => {
    await expect(connectRemoteClock(url, fetchJson)).resolves.toBeDefined();
  });

  it.each([null, {}, { now: '1', speed: 1 }, { now: 1, speed: -1 }])('is refused when what answers is no clock: %j', async (body) => {
    await expect(connectRemoteClock(URL, async () => body)).rejects.toBeInstanceOf(TransientError);
  });
});
