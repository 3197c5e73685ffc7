import { describe, expect, test } from 'vitest';
import { ServiceHistory } from '../../../src/controller/activities/service-history.ts';
import { withDetails } from '../../../src/controller/activities/foreign-change-diff.ts';
import { SECOND } from '../../../src/core/duration.ts';
import type { JournalLine } from '../../../src/ports/store.ts';
import { NEW_BACKEND, OLD_BACKEND, to, wellBackend, world } from '../../diagnosis/fixtures.ts';
import { simulatedCloud } from '../../gcp/support/rehearsal-cloud.ts';
import { BACKEND, LATER, REGION, held, inState, perform } from '../../people/theatre.ts';
import type { Cue, Hands } from '../../people/theatre.ts';

interface Told {
  readonly subject: string;
  readonly diff: readonly string[];
  readonly touches?: readonly string[];
}

/** What the first look that found the change told of it. */
function toldOf(lines: readonly JournalLine[]): Told {
  const looks = lines.filter(({ event }) => event === 'observe.done') as unknown as readonly {
    data: { output?: { foreignChange: Told | null } };
  }[];
  const found = looks.map((line) => JSON.stringify(line)).find((line) => line.includes('"foreignChange":{'));
  if (found === undefined) throw new Error('no look tells a change by others');
  return findTold(JSON.parse(found))!;
}

function findTold(value: unknown): Told | null {
  if (value === null || typeof value !== 'object') return null;
  const own = (value as { foreignChange?: Told | null }).foreignChange;
  if (own != null) return own;
  return (
    Object.values(value)
      .map(findTold)
      .find((found) => found !== null) ?? null
  );
}

const abort: Cue = { when: held, afterMs: LATER, act: (hands) => hands.say({ type: 'ABORT', reason: 'I take over' }) };

async function toldAfter(when: Cue['when'], act: (hands: Hands) => Promise<void>, afterMs = SECOND): Promise<Told> {
  const { lines } = await perform({ people: [{ when, afterMs, act }, abort] });
  return toldOf(lines);
}

describe('a change by hand, as the run tells it', () => {
  test('traffic alone, right after our own write: the traffic and nothing else', { timeout: 300_000 }, async () => {
    const told = await toldAfter(inState('capacity.settling'), (hands) => hands.moveTraffic(BACKEND, `${BACKEND}-00749-6tr`));
    expect(told).toMatchObject({ subject: `service:${BACKEND}`, touches: ['traffic'] });
    expect(told.diff).toEqual([
      expect.stringMatching(/^- generation: \d+$/),
      expect.stringMatching(/^\+ generation: \d+$/),
      `- traffic: ${BACKEND}-00750-69k 100 %, ${BACKEND}-00750-69k 0 % tag candidate`,
      `+ traffic: ${BACKEND}-00749-6tr 100 %`,
    ]);
  });

  test('an annotation, a label, a variable, a probe and scaling: each by its name, secrets hidden', { timeout: 300_000 }, async () => {
    const path = `/v2${REGION}/services/${BACKEND}`;
    const change = async (hands: Hands): Promise<void> => {
      const template = {
        annotations: { human: 'yes' },
        labels: { changedby: 'ann' },
        scaling: { minInstanceCount: 2, maxInstanceCount: 30 },
        timeout: '900s',
        maxInstanceRequestConcurrency: 10,
        containers: [
          { image: 'gcr.io/p/auth:9', env: [{ name: 'API_KEY', value: 'hunter2' }], livenessProbe: { httpGet: { path: '/live' } } },
        ],
      };
      await hands.patch(
        path,
        'template.annotations,template.labels,template.scaling,template.timeout,template.maxInstanceRequestConcurrency,template.containers',
        { template },
      );
    };
    const told = await toldAfter(inState('scalingConnector.applying'), change);
    expect(told.touches).toEqual(['template']);
    for (const line of [
      '+ annotation human: yes',
      '+ label changedby: ann',
      '+ image: gcr.io/p/auth:9',
      '+ env API_KEY: …',
      '+ livenessProbe: httpGet path /live',
      '+ minInstances: 2',
      '+ maxInstances: 30',
      '+ timeout: 900s',
      '+ concurrency: 10',
    ])
      expect(told.diff).toContain(line);
    expect(JSON.stringify(told)).not.toContain('hunter2');
    expect(told.diff.join('\n')).not.toMatch(/not compared|traffic/);
  });
});

describe('what a process has not seen', () => {
  const moved = wellBackend();
  const now = world({ services: [moved] });
  const before = [to(OLD_BACKEND, 100)];
  const change = { subject: `service:${BACKEND}`, diff: [], actor: null };
  const told = (traffic: typeof before) =>
    withDetails(change, { connectors: {}, services: { [BACKEND]: '6' }, traffic: { [BACKEND]: traffic } }, now, new ServiceHistory());

  test('is told as not compared; only the traffic, which the run knows, counts as touched', () => {
    expect(told(before)).toMatchObject({
      touches: ['traffic'],
      diff: [
        '- generation: 6',
        '+ generation: 7',
        `- traffic: ${OLD_BACKEND} 100 %`,
        `+ traffic: ${NEW_BACKEND} 100 %`,
        expect.stringMatching(/^\? template: not compared, this process had not seen it before the change \(now \S+, image /),
      ],
    });
  });

  test('must have changed where the traffic has not', () => {
    expect(told([to(NEW_BACKEND, 100)]).touches).toEqual(['template']);
  });
});

describe('a traffic write of ours', () => {
  test('makes a generation whose settings are known before anybody has read it', async () => {
    const { cloud, go } = await simulatedCloud();
    const seen = new ServiceHistory();
    const { run } = seen.watching(cloud);
    const state = await go(run.getService(BACKEND));
    const traffic = [to(NEW_BACKEND, 100)];
    await go(run.setTraffic(BACKEND, state.etag, traffic));
    const made = seen.at(BACKEND, String(Number(state.generation) + 1));
    expect(made).toEqual({ settings: state.settings, traffic, changeKey: null });
    expect(made?.settings).toBe(state.settings);
    expect((await go(cloud.run.getService(BACKEND))).generation).toBe(String(Number(state.generation) + 1));
  });
});
