import { beforeAll, describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/duration.ts';
import type { JournalLine } from '../../src/ports/store.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { ASKING, Console, NOW, TARGET, drivenRun } from '../cli/support/console.ts';
import { tell } from '../scenarios/rehearsed.ts';
import { atWork, get, served } from './serving.ts';

/** The journal of #1278, played once: its first look finds everything ill, its last one everything well. */
let journal: readonly JournalLine[] = [];
beforeAll(async () => {
  journal = (await tell(readScenario('issue-1278'))).rehearsed.lines;
});

/** As the journal was just after its look number `index`; a negative one counts from the end. `laterMs`: how long ago that look began. */
async function seenAt(index: number, laterMs = 10 * SECOND, changes: Parameters<typeof atWork>[2] = {}) {
  const ticks = journal.filter(({ kind }) => kind === 'tick');
  const look = ticks.at(index)!;
  const upTo = journal.slice(0, journal.indexOf(look) + 1);
  const diagnosis = journal.slice(upTo.length).find(({ kind, event }) => kind === 'tick' || event === 'diagnose.done');
  const shell = new Console();
  await atWork(shell.store(), diagnosis?.event === 'diagnose.done' ? [...upTo, diagnosis] : upTo, changes);
  const { at } = look.data as { readonly at: number };
  return served(shell, at + laterMs);
}

async function metricsOf({ url }: { readonly url: string }): Promise<ReadonlyMap<string, number>> {
  const { body } = await get(url, '/metrics');
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

const OF = `target="${TARGET}"`;

describe('/metrics', () => {
  test('tells of a run at work where it stands, and what its newest look has measured', async () => {
    const site = await seenAt(2);
    const { headers, body } = await get(site.url, '/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const found = await metricsOf(site);
    expect(Object.fromEntries(found)).toMatchObject({
      'firebreak_runs{state="at-work",kind="run"}': 1,
      [`firebreak_run_active{${OF}}`]: 1,
      [`firebreak_run_driven{${OF}}`]: 1,
      [`firebreak_run_needs_human{${OF}}`]: 0,
      [`firebreak_journal_intact{${OF}}`]: 1,
      [`firebreak_look_age_seconds{${OF}}`]: 10,
      [`firebreak_service_up{${OF},service="netra-backend-staging"}`]: 0,
    });
    expect([...found.keys()].filter((name) => name.startsWith('firebreak_connector_cpu_ratio'))).toHaveLength(1);
    expect([...found.values()].every(Number.isFinite)).toBe(true);
    expect(body).not.toMatch(/NaN|undefined|null/);
  });

  test('a service that is only suspected is neither up nor down', async () => {
    const found = await metricsOf(await seenAt(0));
    expect(found.get(`firebreak_service_up{${OF},service="netra-frontend-staging"}`)).toBe(1);
    expect(found.has(`firebreak_service_up{${OF},service="netra-auth-service"}`)).toBe(false);
  });

  test('every metric has its words and its kind before its first value, and stands in one piece', async () => {
    const { body } = await get((await seenAt(-1)).url, '/metrics');
    const families = body.split('# HELP ').slice(1);
    const names = families.map((text) => text.slice(0, text.indexOf(' ')));
    expect(new Set(names).size).toBe(names.length);
    for (const [index, text] of families.entries()) {
      const [, type, ...samples] = text.trimEnd().split('\n');
      expect(type).toBe(`# TYPE ${names[index]} gauge`);
      expect(samples.length).toBeGreaterThan(0);
      for (const sample of samples) expect(sample).toMatch(new RegExp(`^${names[index]}\\{[^{}]+\\} -?\\d+(\\.\\d+)?(e-?\\d+)?$`));
    }
  });

  test('follows a recovery: the services are up when the last look has found them so', async () => {
    const found = await metricsOf(await seenAt(-1));
    const up = [...found].filter(([name]) => name.startsWith('firebreak_service_up'));
    expect(up.length).toBeGreaterThan(0);
    expect(up.every(([, value]) => value === 1)).toBe(true);
    expect(found.get(`firebreak_run_changes_applied{${OF}}`)).toBeGreaterThan(0);
  });

  test('of an old look only the age is left: figures of then are not those of now', async () => {
    const found = await metricsOf(await seenAt(0, 6 * MINUTE));
    expect(found.get(`firebreak_look_age_seconds{${OF}}`)).toBe(360);
    expect([...found.keys()].filter((name) => /service_|connector_|database_/.test(name))).toEqual([]);
  });

  test('says that a person is needed', async () => {
    const found = await metricsOf(await seenAt(0, SECOND, { status: ASKING }));
    expect(found.get(`firebreak_run_needs_human{${OF}}`)).toBe(1);
    expect(found.get('firebreak_runs{state="needs-human",kind="run"}')).toBe(1);
  });

  test('of no run there is nothing, and of a rehearsal only that there is one', async () => {
    const shell = new Console();
    expect((await get((await served(shell)).url, '/metrics')).body).toBe('');
    const played = createMemoryStore('p');
    shell.rehearsals.set('issue-1278-7', played);
    await drivenRun(played, { record: { ended: { at: NOW, outcome: 'recovered' } }, status: { outcome: 'recovered' } });
    expect(Object.fromEntries(await metricsOf(await served(shell)))).toEqual({ 'firebreak_runs{state="recovered",kind="rehearsal"}': 1 });
  });

  test('of a run that has said nothing yet, and of one that has ended, it is not said what is not known', async () => {
    const silent = new Console();
    const first = await drivenRun(createMemoryStore('x'));
    await silent.store().acquireLease({ token: 't', host: 'h', pid: 1, described: 'x' }, NOW, MINUTE);
    await silent.store().save(first);
    const found = await metricsOf(await served(silent));
    expect(found.get(`firebreak_run_active{${OF}}`)).toBe(1);
    expect([...found.keys()].filter((name) => /needs_human|look_age|start_time/.test(name))).toEqual([]);

    const over = await metricsOf(await seenAt(-1, SECOND, { record: { ended: { at: NOW, outcome: 'recovered' } } }));
    expect(over.get(`firebreak_run_active{${OF}}`)).toBe(0);
    expect([...over.keys()].filter((name) => /service_|look_age/.test(name))).toEqual([]);
  });

  test('a broken journal is said, and nothing is taken from it', async () => {
    const site = await seenAt(0, SECOND, { record: { journalSeq: 9_999 } });
    const found = await metricsOf(site);
    expect(found.get(`firebreak_journal_intact{${OF}}`)).toBe(0);
    expect(found.get(`firebreak_run_active{${OF}}`)).toBe(1);
    expect([...found.keys()].filter((name) => /service_|connector_|changes_applied/.test(name))).toEqual([]);
  });

  test('a name of somebody else stays inside its label', async () => {
    const shell = new Console();
    await drivenRun(shell.store('p/r/a"b\\c\nfirebreak_run_active{x="y"} 7'));
    const { body } = await get((await served(shell)).url, '/metrics');
    expect(body).toContain('firebreak_run_active{target="p/r/a\\"b\\\\c firebreak_run_active{x=\\"y\\"} 7"} 1\n');
    expect(body).not.toMatch(/^firebreak_run_active\{x/m);
  });
});

interface Health {
  readonly status: string;
  readonly why?: string;
  readonly targets: readonly {
    readonly status: string;
    readonly why: string | null;
    readonly components: readonly Readonly<Record<string, unknown>>[];
  }[];
}

async function healthOf({ url }: { readonly url: string }): Promise<{ readonly status: number; readonly health: Health }> {
  const { status, body, headers } = await get(url, '/health/infrastructure');
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(body).not.toMatch(/NaN|undefined/);
  return { status, health: JSON.parse(body) as Health };
}

describe('/health/infrastructure', () => {
  test('says component by component what is ill, of whose layer it is and what to do, with 503', async () => {
    const { status, health } = await healthOf(await seenAt(2));
    expect([status, health.status]).toEqual([503, 'ill']);
    const { components } = health.targets[0]!;
    expect(components.map(({ kind, layer, seen }) => ({ kind, layer, seen }))).toContainEqual({
      kind: 'Serverless VPC Access connector',
      layer: 'infrastructure',
      seen: 'ill',
    });
    expect(components).toContainEqual(
      expect.objectContaining({
        name: 'netra-backend-staging',
        layer: 'application',
        seen: 'ill',
        notPassing: expect.any(Array) as unknown[],
      }),
    );
    const ill = components.find(({ layer, seen }) => layer === 'infrastructure' && seen === 'ill')!;
    expect(ill['because']).toMatch(/not passing since/);
    expect(JSON.stringify(ill['lookWith'])).toContain('gcloud compute networks vpc-access connectors describe');
  });

  test('what is only suspected is unknown; what a gate does not decide is ill by a diagnosis of that time', async () => {
    const { components } = (await healthOf(await seenAt(0))).health.targets[0]!;
    const seen = Object.fromEntries(components.map(({ name, seen: how }) => [name, how]));
    expect(seen).toMatchObject({ 'netra-auth-service': 'unknown', 'netra-backend-staging': 'ill', 'netra-frontend-staging': 'well' });
  });

  test('at the end of a recovery every component is well: 200', async () => {
    const { status, health } = await healthOf(await seenAt(-1));
    const { components } = health.targets[0]!;
    expect(components.filter(({ seen }) => seen !== 'well')).toEqual([]);
    expect([status, health.status, components.length]).toEqual([200, 'well', 5]);
  });

  test('of an old look, a broken journal and an ended run it says unknown, with why and 503', async () => {
    const old = await healthOf(await seenAt(-1, 12 * MINUTE));
    expect([old.status, old.health.status, old.health.targets[0]!.why]).toEqual([503, 'unknown', 'the newest look is 12 min old']);
    const broken = await healthOf(await seenAt(-1, SECOND, { record: { journalSeq: 9_999 } }));
    expect([broken.status, broken.health.targets[0]!.why]).toEqual([
      503,
      expect.stringContaining('the journal is damaged (its end is cut off'),
    ]);
    const over = await healthOf(await seenAt(-1, SECOND, { record: { ended: { at: NOW, outcome: 'recovered' } } }));
    expect([over.status, over.health.targets[0]!.why]).toEqual([503, 'the newest run has ended, and nobody has looked since']);
  });

  test('where there is no run, nothing is known', async () => {
    expect(await healthOf(await served(new Console()))).toEqual({
      status: 503,
      health: { status: 'unknown', why: 'no run of an environment is kept here', targets: [] },
    });
  });
});
