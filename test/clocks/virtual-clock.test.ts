import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/clocks/virtual-clock.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('virtual time', () => {
  it('jumps from sleeper to sleeper, in the order in which they are due, then in which they lay down', async () => {
    const clock = new VirtualClock(100);
    const woken: string[] = [];
    const sleep = async (at: number, name: string) => {
      await clock.sleepUntil(at);
      woken.push(`${name}@${clock.now()}`);
    };
    void sleep(300, 'a');
    void sleep(200, 'b');
    void sleep(300, 'c');
    void sleep(50, 'past');
    expect(await clock.run(() => false)).toEqual({ ended: 'starved', awaiting: [] });
    expect(woken).toEqual(['past@100', 'b@200', 'a@300', 'c@300']);
    expect(clock.advances).toBe(3);
  });

  it('lets everything that a sleeper sets off come to rest before the next wakes', async () => {
    const clock = new VirtualClock();
    const heard: string[] = [];
    void clock.sleepUntil(10).then(async () => {
      for (let hop = 0; hop < 100; hop++) await Promise.resolve();
      heard.push(`chain@${clock.now()}`);
      void clock.sleepUntil(10).then(() => heard.push(`at once@${clock.now()}`));
    });
    void clock.sleepUntil(11).then(() => heard.push(`next@${clock.now()}`));
    await clock.run(() => false);
    expect(heard).toEqual(['chain@10', 'at once@10', 'next@11']);
  });

  it('stands still during work, however long that really takes', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    void clock.sleepUntil(5);
    const work = clock.during(
      (async () => {
        for (let hop = 0; hop < 5; hop++) await turn();
        seen.push(clock.now());
        return 'done';
      })(),
    );
    await clock.run(() => false);
    expect(seen).toEqual([0]);
    expect(await work).toBe('done');
    expect(clock.now()).toBe(5);
  });

  it('is freed again by work that fails', async () => {
    const clock = new VirtualClock();
    const work = clock.during(Promise.reject(new Error('no')));
    void clock.sleepUntil(5);
    await expect(work).rejects.toThrow('no');
    expect((await clock.run(() => false)).ended).toBe('starved');
    expect([clock.now(), clock.inFlight]).toEqual([5, 0]);
  });

  it('moves on while work sleeps inside, and stands still again when it has woken', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    void clock.during(
      (async () => {
        await clock.sleepInside(7_000);
        await turn();
        await turn();
        seen.push(`answer@${clock.now()}`);
      })(),
    );
    void clock.sleepUntil(3_000).then(() => seen.push(`tick@${clock.now()}`));
    void clock.sleepUntil(7_001).then(() => seen.push(`tick@${clock.now()}`));
    await clock.run(() => false);
    expect(seen).toEqual(['tick@3000', 'answer@7000', 'tick@7001']);
  });

  it('takes the hold again when a sleep inside is aborted', async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    const work = clock.during(clock.sleepInside(1_000, abort.signal).catch(() => clock.inFlight));
    void clock.sleepUntil(10).then(() => abort.abort(new Error('enough')));
    await clock.run(() => false);
    expect(await work).toBe(1);
    expect([clock.now(), clock.inFlight]).toEqual([10, 0]);
  });

  it('does not wake for a sleeper that was aborted, and gives it its reason', async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    const sleep = clock.sleepUntil(1_000, abort.signal);
    const eternal = clock.sleepUntil(Infinity, abort.signal);
    abort.abort('enough');
    await expect(sleep).rejects.toBe('enough');
    await expect(eternal).rejects.toBe('enough');
    await expect(clock.sleepUntil(5, abort.signal)).rejects.toBe('enough');
    await clock.run(() => false);
    expect(clock.now()).toBe(0);
  });

  it('keeps its order when many of many sleepers are aborted', async () => {
    const clock = new VirtualClock();
    const woken: number[] = [];
    let expected: number[] = [];
    for (let index = 0; index < 500; index++) {
      const at = 1 + ((index * 7919) % 503);
      const abort = new AbortController();
      clock.sleepUntil(at, abort.signal).then(
        () => woken.push(at),
        () => {},
      );
      if (index % 3 === 0) abort.abort('no');
      else expected.push(at);
    }
    expected = expected.sort((one, other) => one - other);
    await clock.run(() => false);
    expect(woken).toEqual(expected);
  });

  it('ends when what is waited for has settled, also badly', async () => {
    const clock = new VirtualClock();
    void clock.sleepUntil(100);
    expect(await clock.run(clock.sleepUntil(10).then(() => Promise.reject(new Error('no'))))).toEqual({ ended: 'done' });
    expect(clock.now()).toBe(10);
  });

  it('names what is awaited when nothing more can happen', async () => {
    const clock = new VirtualClock();
    expect(await clock.run(new Promise(() => {}), { explain: () => ['an approval'] })).toEqual({
      ended: 'starved',
      awaiting: ['an approval'],
    });
  });

  it('does not pass its limit', async () => {
    const clock = new VirtualClock();
    void clock.sleepUntil(10);
    void clock.sleepUntil(30);
    expect((await clock.run(() => false, { limitAt: 20 })).ended).toBe('overdue');
    expect(clock.now()).toBe(10);
    expect((await clock.run(() => false)).ended).toBe('starved');
    expect(clock.now()).toBe(30);
  });

  it('refuses an instant that is none', async () => {
    await expect(new VirtualClock().sleepUntil(NaN)).rejects.toThrow(RangeError);
    await expect(new VirtualClock().sleepInside(NaN)).rejects.toThrow(RangeError);
  });
});
