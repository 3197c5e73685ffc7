import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyJournal } from '../../src/durable/journal.ts';
import { runThroughKills, written } from '../../src/proof/run-with-kills.ts';
import { playOf } from '../crash/incident/play.ts';
import { Site } from './support/controllers.ts';
import type { Controller, Ended } from './support/controllers.ts';
import type { Passed } from './support/gate.ts';

/** Two real `firebreak run` against one real `firebreak simulate` and one folder. */
describe('a second controller', () => {
  let site: Site;
  beforeAll(async () => void (site = await Site.open()));
  afterAll(() => site.close());

  test('says who holds the lease and until when, exits 75 and sends nothing; `status` says the same', async () => {
    const first = await site.start();
    const second = await site.start();
    const { code, stdout, stderr } = await second.ended;
    expect({ code, stdout }).toEqual({ code: 75, stdout: '' });
    const [, pid, expires] =
      / is driven by .+ \(process (\d+)\) on \S+ since \S+\n {2}fix: .+ ends by itself at (\S+)\n$/.exec(stderr) ?? [];
    expect(Number(pid)).toBe(first.pid);
    expect(Date.parse(expires!)).toBeGreaterThan(site.pace.now);
    expect(second.gate.passed.filter(({ method }) => method === 'PATCH')).toEqual([]);
    const status = JSON.parse((await site.verb('status', '--json')).stdout) as object;
    expect(status).toMatchObject({ driven: true, lease: { epoch: 1, owner: expect.stringContaining(`process ${first.pid}`) } });
  });

  test('of another document that writes the same services is refused: one hand on a thing', async () => {
    const other = await site.start('other');
    const { code, stdout, stderr } = await other.ended;
    expect({ code, stdout }).toEqual({ code: 75, stdout: '' });
    expect(stderr).toMatch(/staging-connector, netra-auth-service, netra-backend-staging are in the hands of run issue-1278-\S+ .* since /);
    expect(stderr).toContain('firebreak abort --state ');
    expect(other.gate.passed).toEqual([]);
  });
});

/** Where the holder is stopped: in a state of the runbook, or with a write on its way that has not arrived. */
interface Point {
  readonly what: string;
  readonly state?: string;
  readonly write?: RegExp;
  /** When it goes on, and what it had sent arrives. */
  readonly wakes: 'at once' | 'after the other has sent the same' | 'when all is over';
}

const POINTS: readonly Point[] = [
  { what: 'it sends the connector update', write: /\/connectors\/staging-connector\?/, wakes: 'after the other has sent the same' },
  { what: 'the connector is scaled', state: 'scalingConnector.applying', wakes: 'at once' },
  { what: 'it sends the pin', write: /\/netra-backend-staging\?updateMask=traffic\b/, wakes: 'when all is over' },
  { what: 'it sends the deploy of auth', write: /\/netra-auth-service\?updateMask=template/, wakes: 'after the other has sent the same' },
  { what: 'auth is becoming stable', state: 'services.stabilizing', wakes: 'when all is over' },
  { what: 'it sends the deploy of the backend', write: /\/netra-backend-staging\?updateMask=template/, wakes: 'at once' },
  {
    what: 'it shifts the traffic of the backend',
    write: /\/netra-backend-staging\?updateMask=traffic\b/,
    wakes: 'after the other has sent the same',
  },
  { what: 'it soaks', state: 'proving.soaking', wakes: 'at once' },
];

/** Shorter waits; the order and the gates are those of the example. */
const EDITS: readonly (readonly [string, string])[] = [
  ['healthyFor: 5m', 'healthyFor: 2m'],
  ['for: 30m', 'for: 4m'],
];

const LOST = /firebreak: the lease .+\n {2}fix: somebody else drives this run now; `firebreak status --state \S+ --target \S+` says who\n$/;

/** What became of a holder that was stopped. */
interface Woken extends Ended {
  /** The answer to what was on its way. */
  readonly late: Passed | null;
  /** What it sent to change something after it went on. */
  readonly sentThen: readonly Passed[];
}

describe('a holder that is stopped beyond its lease, and goes on after another has taken over', () => {
  let site: Site;
  const woken = new Map<Point, Promise<Woken>>();
  const asleep: (readonly [Point, Controller])[] = [];
  let end: Ended;
  let whenOver: Readonly<Record<string, string>>;
  let atLast: Readonly<Record<string, string>>;

  beforeAll(async () => {
    site = await Site.open({ edits: EDITS });
    const { pace } = site;
    let holder = await site.start();
    let reaches = reaching(site, holder, POINTS[0]);
    for (const [index, point] of POINTS.entries()) {
      await reaches();
      await site.stop(holder);
      const lease = (await site.store.readLease())!;
      expect(lease.owner.pid).toBe(holder.pid);
      await pace.on(lease.expiresAt - pace.now);
      const next = await site.start();
      reaches = reaching(site, next, POINTS[index + 1]);
      expect((await site.store.load())!.epoch).toBeGreaterThan(lease.epoch);
      if (point.wakes === 'after the other has sent the same') await pace.until(() => hasSent(next, point));
      if (point.wakes === 'when all is over') asleep.push([point, holder]);
      else woken.set(point, wake(holder, point));
      holder = next;
    }
    pace.leave();
    end = await holder.ended;
    await Promise.all(woken.values());
    whenOver = contents(site.paths.state);
    for (const [point, stopped] of asleep) woken.set(point, wake(stopped, point));
    await Promise.all(woken.values());
    atLast = contents(site.paths.state);
  }, 1_500_000);
  afterAll(() => site.close());

  test.each(POINTS)('while $what, woken $wakes: says that it lost the lease, exits 75, and sends no further write', async (point) => {
    const { code, stderr, sentThen } = await woken.get(point)!;
    expect({ code, stderr, sentThen }).toEqual({ code: 75, stderr: expect.stringMatching(LOST) as string, sentThen: [] });
  });

  test.each(POINTS.filter(({ write, wakes }) => write !== undefined && wakes !== 'at once'))(
    'what was on its way while $what is refused when it arrives $wakes',
    async (point) => expect((await woken.get(point)!).late?.status).toBe(409),
  );

  test('those that wake when all is over change not one byte of the store', () => expect(atLast).toEqual(whenOver));

  test('the last one recovers; every change was made once, as in a run that nobody disturbed', async () => {
    // The example names no channel: its last words reach nobody, and it says so.
    expect({ code: end.code, stderr: end.stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        /^firebreak: the report as a page: \S+\.html\nfirebreak: nobody was told of 1 message: no channel took it\n$/,
      ) as string,
    });
    const undisturbed = await runThroughKills(await playOf('issue-1278'), new Set());
    expect((await site.writes()).map(written).map(unnamed)).toEqual(undisturbed.writes.map(unnamed));
  });

  test('the journal is whole, and tells of one holder after the other', async () => {
    const { runId, journalHead, epoch, ended } = (await site.store.load())!;
    const lines = await site.store.readJournal(runId);
    const claims = lines.filter(({ kind }) => kind === 'claim').map(({ data }) => (data as { readonly epoch: number }).epoch);
    expect(verifyJournal(lines)).toEqual({ ok: true, head: journalHead });
    expect(claims).toEqual(POINTS.map((_, index) => index + 2));
    expect({ epoch, outcome: ended?.outcome }).toEqual({ epoch: POINTS.length + 1, outcome: 'recovered' });
    expect((await site.store.readStatus())?.outcome).toBe('recovered');
  });
});

/** Lets time go on until the controller is there. A write is kept waiting from now on: with it on its way, time stands still. */
function reaching({ store, pace }: Site, { gate }: Controller, point: Point | undefined): () => Promise<void> {
  const { write, state } = point ?? {};
  let isKept = write === undefined;
  const kept =
    write === undefined ? null : gate.keep(({ method, path }) => method === 'PATCH' && write.test(path)).then(() => (isKept = true));
  const isThere = async (): Promise<boolean> =>
    isKept && (state === undefined || (await store.readStatus())?.states.some((each) => each.endsWith(state)) === true);
  return () => (kept === null ? pace.until(isThere) : Promise.race([kept.then(() => {}), pace.until(isThere)]));
}

function hasSent({ gate }: Controller, { write }: Point): boolean {
  return gate.passed.some(({ method, path, status }) => method === 'PATCH' && status === 200 && write!.test(path));
}

async function wake({ gate, kill, ended }: Controller, { write }: Point): Promise<Woken> {
  const late = write === undefined ? null : await gate.letIn();
  const before = gate.passed.length;
  kill('SIGCONT');
  return { ...(await ended), late, sentThen: gate.passed.slice(before).filter(({ method }) => method === 'PATCH') };
}

/**
 * Every file below, with the hash of what it says; but a file under a name of its own, with which a controller was stopped while it
 * waited for the folder's lock: that one it takes away again, and nobody reads it.
 */
function contents(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !/^lock\.[\da-f]+\.tmp$/.test(entry.name),
  );
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(parentPath, name)))
        .digest('hex'),
    ]),
  );
}

/** A change names its run and its plan. */
function unnamed(write: string): string {
  return write.replace(/"firebreak\.dev\/change":"[^"/]+\/([^"/]+)\/[^"]+"/, '"firebreak.dev/change":"$1"');
}
