import { expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import { loadScenario } from '../../../src/simulator/scenario.ts';
import { createSimulator } from '../../../src/simulator/simulator.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';
import { EXCEPTIONS, harmOf, pinGains, TOLERANCE, wrongPins } from './harm.ts';
import { BACKEND, CONNECTOR, OLDER, REGION, SERVING } from './parts.ts';
import { Twins } from './twins.ts';

const BAD = `${BACKEND}-00751-new`;
const OURS = 'firebreak@netra-staging.iam.gserviceaccount.com';
const ANN = 'ann@example.com';

/** A healthy world in which a bad revision waits, and writes planted into it by hand or as ours. */
class Planted {
  readonly startAt: number;
  readonly #twins: Twins;
  readonly #simulator: Simulator;
  #now: number;

  constructor(backend: object = {}) {
    const dark = {
      name: BAD,
      createdBefore: '10m',
      image: 'bad',
      minInstances: 4,
      connector: CONNECTOR,
      defect: { kind: 'errors', share: 0.5 },
    };
    const revisions = [
      { name: OLDER, minInstances: 2, running: { ready: 2, wedged: 0 } },
      { name: SERVING },
      { ...dark, running: { ready: 4 } },
    ];
    const world = { history: '10m', services: [{ name: BACKEND, revisions, ...backend }] };
    const document = {
      name: 'planted',
      title: 'planted',
      base: 'already-healthy',
      cause: 'healthy',
      world,
      expect: { outcome: 'recovered' },
    };
    const scenario = loadScenario(JSON.stringify(document), 'planted.yaml');
    this.startAt = scenario.startAt;
    this.#now = scenario.startAt;
    this.#twins = new Twins(createWorld(scenario));
    const clock = { now: () => this.#now, sleepUntil: (at: number) => Promise.resolve(void (this.#now = Math.max(this.#now, at))) };
    this.#simulator = createSimulator({ scenario, world: this.#twins.world, clock, baseUrl: 'http://simulator.invalid' });
  }

  async write(since: number, actor: string, path: string, body: object): Promise<this> {
    this.#now = this.startAt + since;
    const fork = actor === OURS ? this.#twins.before(this.#simulator) : null;
    const request = { method: 'PATCH', path, headers: { 'x-sim-actor': actor }, body: JSON.stringify(body) };
    expect((await this.#simulator.handle(request)).status).toBe(200);
    if (fork !== null) this.#twins.after(fork, this.#simulator);
    return this;
  }

  traffic(since: number, actor: string, ...vector: readonly (readonly [string, number])[]): Promise<this> {
    const traffic = vector.map(([revision, percent]) => ({ type: 2, revision, percent }));
    return this.write(since, actor, `/v2/${REGION}/services/${BACKEND}?updateMask=traffic`, { traffic });
  }

  deploy(since: number, image: string): Promise<this> {
    const template = { containers: [{ image }], vpcAccess: { connector: `${REGION}/connectors/${CONNECTOR}` } };
    return this.write(since, OURS, `/v2/${REGION}/services/${BACKEND}?updateMask=template,traffic`, {
      template,
      traffic: [{ type: 1, percent: 100 }],
    });
  }

  harm(): readonly string[] {
    this.#now = this.startAt + 60 * MINUTE;
    this.#simulator.settle();
    return harmOf(this.#twins.judge(this.#simulator), this.startAt);
  }

  gains(): readonly number[] {
    this.#now = this.startAt + 60 * MINUTE;
    this.#simulator.settle();
    return pinGains(this.#twins.judge(this.#simulator));
  }
}

test('a write of ours that moves traffic to a bad revision is found, with what it cost', async () => {
  const [found] = (await new Planted().traffic(5 * MINUTE, OURS, [BAD, 100])).harm();
  expect(found).toMatch(/\+5\.0 min PATCH netra-backend-staging \(traffic\): 5\d\.\d % .* 100\.0 % without it/);
});

test('a write that moves traffic to a good revision, or that mends, is not', async () => {
  expect((await new Planted().traffic(5 * MINUTE, OURS, [OLDER, 100])).harm()).toEqual([]);
  const ill = new Planted({ traffic: [{ revision: BAD, percent: 100 }] });
  expect((await ill.traffic(5 * MINUTE, OURS, [SERVING, 100])).harm()).toEqual([]);
});

test('a deploy of a bad image is found although its traffic moves only when it is ready', async () => {
  const planted = new Planted({ newRevisions: { defect: { kind: 'missing-module', module: 'app' } } });
  expect((await planted.deploy(5 * MINUTE, 'worse')).harm()).toEqual([expect.stringContaining('(template, traffic)')]);
});

test('what a human does is not held against us, neither after our write nor before it', async () => {
  const planted = await new Planted().traffic(5 * MINUTE, OURS, [OLDER, 100]);
  expect((await planted.traffic(8 * MINUTE, ANN, [BAD, 100])).harm()).toEqual([]);
  const before = await new Planted().traffic(3 * MINUTE, ANN, [BAD, 100]);
  expect((await before.traffic(5 * MINUTE, OURS, [OLDER, 100])).harm()).toEqual([]);
});

test('overwriting a human’s cure is found', async () => {
  const planted = await new Planted({ traffic: [{ revision: BAD, percent: 100 }] }).traffic(5 * MINUTE, ANN, [SERVING, 100]);
  expect((await planted.traffic(9 * MINUTE, OURS, [BAD, 100])).harm()).toHaveLength(1);
});

test('a canary may cost what a tenth of the traffic costs in four minutes, and no more', async () => {
  const small = await new Planted().traffic(5 * MINUTE, OURS, [SERVING, 90], [BAD, 10]);
  expect((await small.traffic(8 * MINUTE, OURS, [SERVING, 100])).harm()).toEqual([]);
  expect((await new Planted().traffic(5 * MINUTE, OURS, [SERVING, 60], [BAD, 40])).harm()).toHaveLength(1);
});

test('the exceptions are few, and bounded by what each may cost', () => {
  expect(TOLERANCE).toBeLessThanOrEqual(0.02);
  expect(EXCEPTIONS.map(({ why }) => why)).toEqual([
    expect.stringMatching(/^a canary/),
    expect.stringMatching(/^a pin of two/),
    expect.stringMatching(/^the start of a deploy/),
  ]);
  for (const { most } of EXCEPTIONS) expect(most).toBeLessThanOrEqual(0.1);
});

test('a single pin may lose by chance; many that lose, or that bring nothing in the mean, are found', () => {
  const gains = (won: number, lost: number): readonly number[] => [...Array<number>(won).fill(0.1), ...Array<number>(lost).fill(-0.09)];
  expect(wrongPins(gains(99, 1))).toBeNull();
  expect(wrongPins(gains(398, 2))).toBeNull();
  expect(wrongPins(gains(97, 3))).toContain('3 of 100 first pins cost more than 5.0 %');
  expect(wrongPins(Array<number>(100).fill(-0.01))).toContain('bring their users nothing');
  expect(wrongPins([])).toBeNull();
});

test('the first pin of a service is weighed by what it brings its users', async () => {
  const ill = new Planted({ traffic: [{ revision: BAD, percent: 100 }] });
  const [gain, ...others] = (await ill.traffic(5 * MINUTE, OURS, [SERVING, 100])).gains();
  expect(gain).toBeGreaterThan(0.3);
  expect(others).toEqual([]);
  expect((await new Planted().deploy(5 * MINUTE, 'worse')).gains(), 'a deploy is no pin').toEqual([]);
});
