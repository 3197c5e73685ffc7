import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/duration.ts';
import type { RemediationSpec } from '../../src/core/model/spec.ts';
import { priorityFor, type SupportTier } from '../../src/core/support-tiers.ts';
import type { Scenario, ScenarioFault } from '../../src/simulator/scenario.ts';
import { perform } from './theatre.ts';
import type { Performance } from './theatre.ts';

const CASES = '/v2/projects/netra-staging/cases';
const LIMIT = { timeout: 300_000 };

interface Play {
  readonly scenario?: string;
  readonly support?: Scenario['support'];
  readonly tier?: SupportTier;
  readonly faults?: readonly ScenarioFault[];
  readonly followFor?: number;
}

/** The region has no machines for the connector: Google is called some minutes into the run, and the run follows for three hours. */
function meet({ scenario = 'regional-shortage', support, tier, faults = [], followFor = 3 * HOUR }: Play): Promise<Performance> {
  const spec = (given: RemediationSpec): RemediationSpec => ({
    ...given,
    communication: { ...given.communication, everyMs: 2 * HOUR },
    escalation: {
      ...given.escalation,
      followForMs: followFor,
      support: { ...given.escalation.support!, priority: priorityFor(tier, 'P1'), ...(tier === undefined ? {} : { tier }) },
    },
  });
  const change = (given: Scenario): Scenario => ({ ...given, support, faults: [...faults] });
  return perform({ scenario, change, spec, people: [] });
}

interface Kept {
  readonly name: string;
  readonly state: string;
  readonly priority: string;
  readonly displayName: string;
  readonly description: string;
  readonly escalated?: boolean;
  readonly createTime: string;
  readonly classification: { readonly displayName: string };
}

async function get<T>({ stage }: Performance, path: string): Promise<T> {
  const { body } = await stage.simulator.handle({ method: 'GET', path, headers: { 'x-sim-actor': 'onlooker' }, body: '' });
  return JSON.parse(body) as T;
}

async function casesOf(run: Performance): Promise<readonly Kept[]> {
  return (await get<{ cases?: readonly Kept[] }>(run, `${CASES}?pageSize=100`)).cases ?? [];
}

/** Ours and theirs, oldest first. */
async function commentsOf(run: Performance, { name }: Kept): Promise<readonly { readonly body: string; readonly createTime: string }[]> {
  const listed = await get<{ comments?: { body: string; createTime: string }[] }>(run, `/v2/${name}/comments?pageSize=100`);
  return [...(listed.comments ?? [])].reverse();
}

async function filesOf(run: Performance, { name }: Kept): Promise<readonly { readonly name: string; readonly filename: string }[]> {
  return (await get<{ attachments?: { name: string; filename: string }[] }>(run, `/v2/${name}/attachments?pageSize=100`)).attachments ?? [];
}

const told = (run: Performance, words: string): readonly string[] => run.told.filter((text) => text.includes(words));
const lostOnce = (id: string, path: string): ScenarioFault => ({
  id,
  match: { method: 'POST', path },
  times: 1,
  answer: { lostAfterCommit: true },
});

describe('a support case', () => {
  test('holds the figures of the minute in which it is opened, and the evidence as a file', LIMIT, async () => {
    const run = await meet({ followFor: 25 * MINUTE });
    const [opened, ...others] = await casesOf(run);
    expect(others).toEqual([]);
    const looks = run.lines.filter(({ event, at }) => event === 'observe.done' && at <= Date.parse(opened!.createTime));
    const newest = looks.at(-1)!.data as { readonly at: number; readonly indicators: { readonly samples: number } };
    const first = looks[0]!.data as typeof newest;
    const words = new Date(newest.at).toISOString().replace('.000Z', 'Z');
    expect(opened!.description).toContain(`Seen ${words}:`);
    expect(opened!.description).toContain(` % of ${newest.indicators.samples};`);
    expect(opened!.description).not.toContain(` % of ${first.indicators.samples};`);
    expect(opened!.description).toMatch(/Measured around it: Scale staging-connector .*: none: it failed/);
    expect(opened!.displayName.length).toBeLessThan(200);
    expect(opened!.classification.displayName).toContain('VPC Access');
    const [file, ...more] = await filesOf(run, opened!);
    expect([file?.filename, more]).toEqual(['firebreak-run.md', []]);
    // It is told to be open as what it was read back.
    expect(told(run, `escalated to Google Cloud Support as ${opened!.name}`)[0]).toContain('state NEW, priority P1');
  });

  test('that Google answers is read, redacted and told, and is not escalated', LIMIT, async () => {
    const answers = [
      { after: 20 * MINUTE, by: 'Kim', body: 'A shortage. Send us password=hunter2hunter2', state: 'ACTION_REQUIRED' as const },
    ];
    const run = await meet({ tier: 'enhanced', support: { plan: true, answers } });
    const [opened] = await casesOf(run);
    expect(told(run, 'Google Cloud Support (Kim) wrote into')).toHaveLength(1);
    expect(told(run, 'hunter2hunter2')).toEqual([]);
    expect(told(run, 'is ACTION_REQUIRED')[0]).toContain('https://console.cloud.google.com/support/cases/detail/v2/');
    expect(opened).toMatchObject({ state: 'ACTION_REQUIRED' });
    expect(opened!.escalated).toBeUndefined();
    expect(run.lines.some(({ data }) => JSON.stringify(data).includes('hunter2hunter2'))).toBe(false);
    const open = run.shown.at(-1)!.status.conditions.find(({ type }) => type === 'CaseOpen');
    expect(open).toMatchObject({ status: 'True', message: expect.stringMatching(/\(ACTION_REQUIRED, read at /) });
  });

  test('that Google closes is not shown to be open, and gets no more comments', LIMIT, async () => {
    const run = await meet({ support: { plan: true, answers: [{ after: 30 * MINUTE, by: 'Kim', state: 'CLOSED' }] } });
    const [opened] = await casesOf(run);
    expect(await commentsOf(run, opened!)).toEqual([]);
    expect(told(run, 'This run has not closed it')).toHaveLength(1);
    const open = run.shown.at(-1)!.status.conditions.find(({ type }) => type === 'CaseOpen');
    expect(open).toMatchObject({ status: 'False', reason: 'Closed' });
  });

  test('that nobody answers in the time of the plan is escalated once, while users are still not served', LIMIT, async () => {
    const run = await meet({ tier: 'enhanced', support: { plan: true, tier: 'enhanced' } });
    const [opened] = await casesOf(run);
    const asked = run.ours.filter(({ path }) => path.includes(':escalate'));
    expect(asked).toHaveLength(1);
    const waited = asked[0]!.at - Date.parse(opened!.createTime);
    expect([waited >= HOUR, waited < HOUR + 2 * MINUTE]).toEqual([true, true]);
    expect(told(run, 'was escalated at')[0]).toContain('the first one is due within 60 min');
  });

  test('that Google answers in the minutes since it was read last is not escalated', LIMIT, async () => {
    const answers = [{ after: HOUR - MINUTE, by: 'Kim', body: 'We are looking at it.' }];
    const run = await meet({ tier: 'enhanced', support: { plan: true, tier: 'enhanced', answers } });
    expect(run.ours.some(({ path }) => path.includes(':escalate'))).toBe(false);
    expect(told(run, 'was not escalated (Google has answered meanwhile)')).toHaveLength(1);
    expect(told(run, 'Google Cloud Support (Kim) wrote into')).toHaveLength(1);
    // The window is over long before the end, and Google has been asked: it is not told to have passed again and again.
    expect(run.lines.filter(({ event }) => event === 'timer.REST_OF_WINDOW')).toEqual([]);
  });

  test(
    'takes the priority and the classification that the plan and Google allow, says so, and is not escalated without that right',
    LIMIT,
    async () => {
      const classifications = [
        { id: 'dead', displayName: 'Technical Issue > Cloud Run > VPC Access > Connector Networking', dead: true },
        { id: 'alive', displayName: 'Technical Issue > Cloud Run > Networking' },
        { id: 'old', displayName: 'Technical Issue > Cloud Run (deprecated) > VPC Access' },
      ];
      const run = await meet({ tier: 'standard', support: { plan: true, tier: 'standard', classifications } });
      const [opened] = await casesOf(run);
      expect(opened).toMatchObject({ priority: 'P2', classification: { displayName: classifications[1]!.displayName } });
      expect(told(run, 'escalated to Google Cloud Support')[0]).toContain('Connector Networking" was refused');
      expect(run.ours.some(({ path }) => path.includes(':escalate'))).toBe(false);
    },
  );

  test('comments say what has changed since the comment before, and each is there once', LIMIT, async () => {
    const run = await meet({ followFor: 5 * HOUR });
    const [opened] = await casesOf(run);
    const comments = await commentsOf(run, opened!);
    expect(comments).toHaveLength(2);
    expect(comments[0]!.body).toMatch(/requests answered 5xx [\d.]+ % of \d+ \(before: [\d.]+ % of \d+\)/);
    expect(Date.parse(comments[1]!.createTime) - Date.parse(comments[0]!.createTime)).toBeGreaterThan(2 * HOUR - MINUTE);
  });

  test('is one case, with one file and no comment twice, though each first answer is lost', LIMIT, async () => {
    const faults = [
      lostOnce('create', '/v2/projects/*/cases'),
      lostOnce('upload', '/upload/v2/projects/*/cases/*/attachments'),
      lostOnce('comment', '/v2/projects/*/cases/*/comments'),
      lostOnce('escalate', '/v2/projects/*/cases/*:escalate'),
    ];
    const run = await meet({ tier: 'enhanced', faults });
    const cases = await casesOf(run);
    expect(cases).toHaveLength(1);
    expect(await filesOf(run, cases[0]!)).toHaveLength(1);
    const bodies = (await commentsOf(run, cases[0]!)).map(({ body }) => body);
    expect([bodies.length, new Set(bodies).size]).toEqual([1, 1]);
    expect(run.ours.filter(({ path }) => path.includes(':escalate'))).toHaveLength(1);
    expect(told(run, 'Whether a support case was opened is not known')).toHaveLength(1);
    expect(told(run, 'No support case is open')).toEqual([]);
  });

  test('whose API is away while comments are due keeps them, says so once, and sends them when it answers', LIMIT, async () => {
    const away = { id: 'away', match: { path: '/v2/projects/*/cases/**' }, from: 105 * MINUTE, for: 40 * MINUTE };
    const run = await meet({ faults: [{ ...away, answer: { status: 503, statusText: 'UNAVAILABLE' } }] });
    const [opened] = await casesOf(run);
    expect(await commentsOf(run, opened!)).toHaveLength(1);
    expect(told(run, 'Google Cloud Support has not answered since')).toHaveLength(1);
    expect(told(run, 'Google Cloud Support answers again since')).toHaveLength(1);
  });

  test('that cannot hold a file holds the evidence as comments', LIMIT, async () => {
    const refused = {
      id: 'no-files',
      match: { method: 'POST', path: '/upload/**' },
      answer: { status: 400, statusText: 'INVALID_ARGUMENT' },
    };
    const run = await meet({ faults: [refused], followFor: 25 * MINUTE });
    const [opened] = await casesOf(run);
    const bodies = (await commentsOf(run, opened!)).map(({ body }) => body);
    expect(bodies[0]).toMatch(/^Evidence, part 1 of \d/);
    expect(Math.max(...bodies.map(({ length }) => length))).toBeLessThanOrEqual(12_800);
  });

  test('is closed with what came of it when recovery has lasted for the soak', LIMIT, async () => {
    const run = await meet({ scenario: 'provider-incident', followFor: 6 * HOUR });
    expect(run.outcome).toBe('recovered');
    const [opened] = await casesOf(run);
    expect(opened!.state).toBe('CLOSED');
    const bodies = (await commentsOf(run, opened!)).map(({ body }) => body);
    expect(bodies.at(-1)).toMatch(/resolved\. All checks have passed for 30 min .* not by this run/);
    expect(bodies.some((body) => body.includes('Every check passes: the run validates'))).toBe(true);
    expect(told(run, 'still working')).toEqual([]);
  });

  test('that cannot be closed does not keep the run for longer than an hour, and is told to be left open', LIMIT, async () => {
    const never = { id: 'no-close', match: { method: 'POST', path: '/v2/projects/*/cases/*:close' } };
    const run = await meet({
      scenario: 'provider-incident',
      followFor: 6 * HOUR,
      faults: [{ ...never, answer: { status: 503, statusText: 'UNAVAILABLE' } }],
    });
    const [opened] = await casesOf(run);
    expect([run.outcome, opened!.state === 'CLOSED']).toEqual(['recovered', false]);
    const proven = run.lines.find(({ event }) => event === 'closeCase.failed')!;
    expect(run.endedAt - proven.at).toBeLessThan(HOUR + 20 * MINUTE);
    expect((await commentsOf(run, opened!)).filter(({ body }) => body.includes('resolved.'))).toHaveLength(1);
    expect(told(run, 'could not be closed yet')).toHaveLength(1);
    expect(run.told.at(-1)).toContain('is left open');
  });

  test('without a support plan: text and evidence are kept, and a human has them with the page to paste them at', LIMIT, async () => {
    const run = await meet({ support: { plan: false }, followFor: 25 * MINUTE });
    expect(await casesOf(run)).toEqual([]);
    const [first] = told(run, 'Text for the case:');
    expect(first).toContain('https://console.cloud.google.com/support/cases?project=netra-staging');
    expect(first).toContain(
      'It is kept at the memory of this process (case), the evidence to it at the memory of this process (evidence.md).',
    );
  });
});
