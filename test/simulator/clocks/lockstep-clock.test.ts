import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { joinLockstep, STAMP } from '../../../src/clocks/clock-line.ts';
import type { LockstepClock, Standstill } from '../../../src/clocks/lockstep-clock.ts';
import { serveSimulator } from '../../../src/simulator/server.ts';
import type { ServedSimulator } from '../../../src/simulator/server.ts';
import { given } from '../support/given.ts';

const { scenario } = given();
const HEALTH = '/_services/shop/health';
/** Far more than any message of the clock's needs to be there. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

let server: ServedSimulator;
let said: (readonly [string, number])[];
const START = scenario.startAt;

const serve = async (): Promise<void> => {
  said = [];
  server = await serveSimulator({ port: 0, scenario, speed: 'lockstep', onStandstill: (who, forMs) => said.push([who, forMs]) });
};
beforeEach(serve);
afterEach(async () => {
  vi.useRealTimers();
  await server.close();
});

const join = (name: string, pid = 1): Promise<LockstepClock> => joinLockstep(server.url, { name, pid });
/** Somebody who has joined and never says a word. */
async function joinSilently(pid: number): Promise<WebSocket> {
  const line = new WebSocket(`${server.url.replace('http', 'ws')}/_sim/clock?name=firebreak%20run&pid=${pid}`);
  await once(line, 'message');
  return line;
}
const ask = (clock: LockstepClock, path: string, signal?: AbortSignal): Promise<number> =>
  clock.call(async (stamp) => (await fetch(`${server.url}${path}`, { headers: { [STAMP]: stamp }, signal: signal ?? null })).status);
const shownTime = async (): Promise<unknown> => (await fetch(`${server.url}/_sim/clock`)).json();
const excuse = (body: string): Promise<Response> => fetch(`${server.url}/_sim/clock`, { method: 'POST', body });

describe('time in lock-step', () => {
  it('stands still where nobody has joined, and says so to whoever asks', async () => {
    await turns();
    expect(await shownTime()).toEqual({ now: START, speed: 0 });
  });

  it('goes from one instant that anybody sleeps until to the next, and wakes nobody early', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')];
    const woken: string[] = [];
    const sleep = async (clock: LockstepClock, name: string, ms: number) => {
      await clock.sleepUntil(START + ms);
      woken.push(`${name} at ${clock.now() - START}`);
    };
    await Promise.all([sleep(ann, 'ann', 300), sleep(bob, 'bob', 200), sleep(ann, 'ann', 100), sleep(bob, 'bob', 300)]);
    expect(woken).toEqual(['ann at 100', 'bob at 200', 'ann at 300', 'bob at 300']);
    expect(ann.now()).toBe(bob.now());
  });

  it('stands still as long as anybody has work in flight, however long that really takes', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')];
    const work = Promise.withResolvers<void>();
    void bob.during(work.promise);
    const slept = ann.sleepUntil(START + 1);
    await turns();
    expect(server.simulator.clock.now()).toBe(START);
    work.resolve();
    await slept;
    expect(ann.now()).toBe(START + 1);
  });

  it('holds a request from the call to its answer, but for the time that the service itself takes', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')];
    const order: string[] = [];
    const early = bob.sleepUntil(START + 1).then(() => order.push(`bob at ${bob.now() - START}`));
    const asked = ann.call(async (stamp) => {
      await turns();
      order.push(`sent at ${ann.now() - START}`);
      return (await fetch(`${server.url}${HEALTH}`, { headers: { [STAMP]: stamp } })).status;
    });
    expect(await asked).toBe(200);
    const tookMs = ann.now() - START;
    await early;
    expect(order).toEqual(['sent at 0', 'bob at 1']);
    expect(tookMs).toBeGreaterThan(1);
    expect(server.simulator.clock.now()).toBe(START + tookMs);
  });

  it('serves what was asked together in the order of the asking, and answers a request without a stamp at once', async () => {
    const ann = await join('ann');
    const paths = ['a', 'b', 'c', 'd'].map((tag) => `/v2/projects/shop-staging/locations/us-central1/services?pageToken=${tag}`);
    await Promise.all(paths.map((path) => ask(ann, path)));
    expect(server.simulator.ledger.map(({ path }) => path)).toEqual(paths);
    expect((await fetch(`${server.url}${paths[0]}`)).status).toBe(await ask(ann, paths[0]!));
  });

  it('does not reach a deadline while a request to somebody else is under way', async () => {
    const ann = await join('ann');
    const answer = Promise.withResolvers<string>();
    const called = ann.elsewhere(answer.promise);
    const first = Promise.race([called, ann.sleepUntil(START + 5).then(() => 'deadline')]);
    await turns();
    answer.resolve('answer');
    expect(await first).toBe('answer');
    expect(ann.now()).toBe(START);
  });

  it('reaches a deadline when that somebody does not answer for ten real seconds', async () => {
    const ann = await join('ann');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const called = ann.elsewhere(new Promise<string>(() => {}));
    const first = Promise.race([called, ann.sleepUntil(START + 5).then(() => 'deadline')]);
    await turns();
    expect(ann.now()).toBe(START);
    vi.advanceTimersByTime(10_000);
    vi.useRealTimers();
    expect(await first).toBe('deadline');
  });

  it('goes no further than the world while a conversation without a stamp is open', async () => {
    const ann = await join('ann');
    const answer = Promise.withResolvers<void>();
    const called = ann.unstamped(answer.promise);
    let woken = false;
    const slept = ann.sleepUntil(START + 50).then(() => (woken = true));
    await server.simulator.clock.sleepUntil(START + 30);
    await turns();
    expect({ now: server.simulator.clock.now(), woken }).toEqual({ now: START + 30, woken: false });
    answer.resolve();
    await Promise.all([called, slept]);
  });

  it('forgets a request that its client has given up', async () => {
    const ann = await join('ann');
    const hangUp = new AbortController();
    const asked = ask(ann, HEALTH, hangUp.signal);
    await server.simulator.clock.sleepUntil(START + 1);
    hangUp.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    await ann.sleepUntil(START + 2);
    expect(server.simulator.clock.now()).toBe(START + 2);
  });
});

describe('a process that has joined', () => {
  it('is out when it leaves: nobody waits for it any more', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')];
    void bob.during(new Promise(() => {}));
    const slept = ann.sleepUntil(START + 1);
    await turns();
    expect(ann.now()).toBe(START);
    bob.leave();
    await slept;
  });

  it('is told, with everybody else, when the clock has waited long for one of them, and again when it was twice as long', async () => {
    await server.close();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    await serve();
    const ann = await join('ann', 7);
    const heard: Standstill[] = [];
    ann.onStandstill((standstill) => heard.push(standstill));
    const line = await joinSilently(4711);
    for (let second = 0; second < 12; second += 1) vi.advanceTimersByTime(1_000);
    await turns();
    expect(said).toEqual([
      ['firebreak run (process 4711)', 5_000],
      ['firebreak run (process 4711)', 10_000],
    ]);
    expect(heard.map(({ waitsFor }) => waitsFor)).toEqual(said.map(([who]) => who));
    line.terminate();
    void ann.sleepUntil(START + 1).then(() => ann.during(new Promise(() => {})));
    await turns();
    for (let second = 0; second < 7; second += 1) vi.advanceTimersByTime(1_000);
    await turns();
    expect(heard.at(-1)?.waitsFor).toBeNull();
  });

  it('can be left out by people until it speaks again, when it is stopped', async () => {
    const ann = await join('ann');
    const line = await joinSilently(4711);
    const slept = ann.sleepUntil(START + 10);
    await turns();
    expect(ann.now()).toBe(START);
    expect((await excuse('{"without": 4711}')).status).toBe(200);
    await slept;
    line.send(JSON.stringify({ heard: 0, until: null, open: [], next: 0, unstamped: 0 }));
    await turns();
    const again = ann.sleepUntil(START + 20);
    await turns();
    expect(ann.now()).toBe(START + 10);
    line.terminate();
    await again;
  });

  it.each([
    ['{"without": 99}', 404],
    ['{"without": "all"}', 400],
  ])('is not left out by %s', async (body, status) => expect((await excuse(body)).status).toBe(status));

  it.each(['hello', '[]', '{"heard":0}', '{"heard":0,"until":"soon","open":[],"next":0,"unstamped":0}'])(
    'is out when it says what nobody understands: %s',
    async (words) => {
      const ann = await join('ann');
      const line = await joinSilently(4711);
      line.send(words);
      await ann.sleepUntil(START + 1);
      expect(ann.now()).toBe(START + 1);
    },
  );

  it('loses its time with the simulator: whatever sleeps, and will sleep, ends with one clear error', async () => {
    const ann = await join('ann');
    void ann.during(new Promise(() => {}));
    const slept = ann.sleepUntil(START + 1);
    await server.close();
    const lost = { code: 'clock-lost', exitCode: 75 };
    await expect(slept).rejects.toMatchObject(lost);
    expect(ann.lost.reason).toMatchObject(lost);
    await expect(ann.sleepUntil(START + 2)).rejects.toMatchObject(lost);
  });

  it('is refused by a clock that goes by itself', async () => {
    const other = await serveSimulator({ port: 0, scenario, speed: 1 });
    await expect(joinLockstep(other.url, { name: 'ann', pid: 1 })).rejects.toMatchObject({ code: 'clock-refused', exitCode: 75 });
    await other.close();
  });
});
