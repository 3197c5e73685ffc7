import { beforeAll, describe, expect, test } from 'vitest';
import { rehearsalDocument } from '../../../src/composition/rehearsal-document.ts';
import { withPatch } from '../../../src/proof/shorten-scenario.ts';
import { runThroughKills } from '../../../src/proof/run-with-kills.ts';
import type { Play, KilledRun } from '../../../src/proof/run-with-kills.ts';
import type { Delivered } from '../../../src/simulator/people/people.ts';
import { readScenario } from '../../../src/simulator/scenario.ts';
import { everyNth, spread } from '../../spread.ts';
import { COMMUNICATION, SECRETS } from '../../notify/support/document.ts';

/**
 * `no-improvement` with every channel there is, the controller killed around each request to people and at a spread of saves: people notice
 * nothing of it. The wait is cut: a window of half an hour, a follow-up of a quarter, so that many kills cost little; `channels.long.ts`
 * takes every point.
 */
const SHORT = { spec: { escalation: { window: '30m', followFor: '15m' }, communication: { ...COMMUNICATION, every: '10m' } } };
const SAVES_SAMPLED = 8;

async function played(more: object): Promise<Play> {
  const scenario = withPatch(readScenario('no-improvement'), more);
  const noFile = { env: SECRETS, readFile: () => Promise.reject(new Error('a scenario needs no file')) };
  const { spec, hash } = await rehearsalDocument(scenario, null, noFile);
  return { scenario, spec, specHash: hash };
}

const CONVERSATIONS = ['slack', 'google-chat', 'github'] as const;
const of = (messages: readonly Delivered[], channel: Delivered['channel'], kind?: string): readonly Delivered[] =>
  messages.filter((one) => one.channel === channel && (kind === undefined || one.kind === kind));

/** As people see it: what stands where, in which order; when, and the instants inside the words, are the run's own. */
function seenBy(channel: Delivered['channel'], messages: readonly Delivered[]): readonly string[] {
  return of(messages, channel).map(
    ({ kind, key, thread, text }) => `${kind} ${key} in ${thread}${channel === 'github' && kind !== 'comment' ? ` ${text}` : ''}`,
  );
}

/** The same whoever was killed. */
function everyMessageOnce(messages: readonly Delivered[], wanted: readonly Delivered[]): void {
  for (const channel of CONVERSATIONS) {
    const once = [...new Set(seenBy(channel, wanted))];
    expect(seenBy(channel, messages).map(withoutInstant)).toEqual(once.map(withoutInstant));
    const said = of(messages, channel, channel === 'github' ? 'comment' : 'message');
    expect(new Set(said.map(({ thread }) => thread)).size).toBe(1);
    expect(said.map(({ key }) => key)).toEqual(said.map((_, index) => `run/m${index + 1}`));
  }
  expect(
    of(messages, 'webhook')
      .map(({ key, thread }) => `${thread} ${key}`)
      .toSorted(),
  ).toEqual(
    of(wanted, 'webhook')
      .map(({ key, thread }) => `${thread} ${key}`)
      .toSorted(),
  );
  const alerts = (all: readonly Delivered[]): readonly string[] => [
    ...new Set(of(all, 'pager-duty').map(({ kind, key }) => `${kind} ${key}`)),
  ];
  expect(alerts(messages)).toEqual(alerts(wanted));
}

/** Slack’s own name of a thread tells when it began. */
function withoutInstant(words: string): string {
  return words.replace(/\b\d{10}\.\d{6}\b/, 'TS');
}

describe('people, while the controller is killed and started again', () => {
  let play: Play;
  let undisturbed: KilledRun;
  beforeAll(async () => {
    play = await played(SHORT);
    undisturbed = await runThroughKills(play, new Set());
  }, 120_000);

  test('have each message of the run, in one thread, in order', () => {
    everyMessageOnce(undisturbed.messages, undisturbed.messages);
    expect(of(undisturbed.messages, 'slack').length).toBeGreaterThanOrEqual(6);
    expect(of(undisturbed.messages, 'pager-duty', 'trigger').length).toBeGreaterThan(0);
    expect(of(undisturbed.messages, 'pager-duty', 'change')).toHaveLength(2);
    const labels = of(undisturbed.messages, 'github').filter(({ kind }) => kind !== 'comment');
    expect(labels.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'label actively-being-worked-on',
      'label vpc-capacity-constraint',
      'label infrastructure-team-required',
      'unlabel actively-being-worked-on',
    ]);
  });

  test(
    'have them once each when it is killed there: around each request to them, and at a spread of saves',
    { timeout: 7_200_000 },
    async () => {
      const isSave = ({ what }: { readonly what: string }): boolean => what.includes(' save ');
      const [saves, around] = [undisturbed.points.filter(isSave), undisturbed.points.filter((point) => !isSave(point))];
      expect(around.length).toBeGreaterThan(80);
      const everySave = Math.ceil(saves.length / SAVES_SAMPLED);
      const taken = [...around.filter(everyNth(7)), ...saves.filter(everyNth(everySave))];
      const few = taken.filter(everyNth(5));
      for (const { number, what } of spread(
        undisturbed.points,
        (point) => taken.includes(point),
        (point) => few.includes(point),
      )) {
        const survived = await runThroughKills(play, new Set([number]));
        expect(survived.boots, what).toBe(2);
        expect(survived.outcome, what).toBe(undisturbed.outcome);
        everyMessageOnce(survived.messages, undisturbed.messages);
      }
    },
  );

  test('have them once each when it is killed at every tenth request and save of one run', { timeout: 300_000 }, async () => {
    const kills = new Set(undisturbed.points.filter(({ number }) => number % 10 === 0).map(({ number }) => number));
    const survived = await runThroughKills(play, kills);
    expect(survived.boots).toBeGreaterThan(15);
    for (const channel of CONVERSATIONS) {
      const keys = of(survived.messages, channel, channel === 'github' ? 'comment' : 'message').map(({ key }) => key);
      expect(keys).toEqual(keys.map((_, index) => `run/m${index + 1}`));
    }
  });
});

test(
  'the hour of #1278 takes no more than half a dozen messages, and each that is left out as one stands in another',
  { timeout: 300_000 },
  async () => {
    const scenario = withPatch(readScenario('issue-1278'), { spec: { communication: COMMUNICATION } });
    const { spec, hash } = await rehearsalDocument(scenario, null, { env: SECRETS, readFile: () => Promise.reject(new Error('no file')) });
    const { messages } = await runThroughKills({ scenario, spec, specHash: hash }, new Set());
    const said = of(messages, 'slack').map(({ text }) => text);
    expect(said.length).toBeLessThanOrEqual(6);
    expect(said.filter((text) => /\ndone: /.test(text))).toHaveLength(4);
    expect(said.join('\n')).toMatch(/\nMeanwhile: Pin .*: not worse so far: .*\nMeanwhile: window of improvement restarted/s);
  },
);

test('a whole night without improvement takes ten messages or fewer by each channel', { timeout: 300_000 }, async () => {
  const { messages } = await runThroughKills(await played({ spec: { communication: COMMUNICATION } }), new Set());
  for (const channel of CONVERSATIONS)
    expect(of(messages, channel, channel === 'github' ? 'comment' : 'message').length).toBeLessThanOrEqual(10);
  expect(of(messages, 'pager-duty').length).toBeLessThanOrEqual(10);
  const last = of(messages, 'slack').at(-1)?.text ?? '';
  expect(last).toMatch(
    /^issue-1278 \(netra-staging, us-central1\): Ended, NEEDS YOU\nended escalated: .*\. Changed, and in force now: .*To undo: /,
  );
});
