import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/duration.ts';
import { fresh } from '../../src/core/model/measured.ts';
import type { LogGroup, ServiceObservation } from '../../src/core/model/observation.ts';
import type { RequestStats } from '../../src/core/model/request-stats.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { calleesFirst } from '../../src/planning/released-together.ts';
import { apply, blankOf, wait } from '../../src/planning/step-decisions.ts';
import type { Decided } from '../../src/planning/step-decisions.ts';
import { logGroup, NOW, revision, service, serviceState, SPEC, to, world } from '../diagnosis/fixtures.ts';

interface Ill {
  readonly failed?: number;
  readonly total?: number;
  readonly p95?: number;
  /** Minutes since its release. */
  readonly released?: number;
  readonly needs?: readonly string[];
  readonly names?: string;
  readonly decided?: 'awaits' | 'own fault';
}

const stats = (total: number, failed: number, by: string, sinceAt: number, untilAt: number): RequestStats => ({
  sinceAt,
  untilAt,
  total,
  serverErrors: failed,
  byRevision: { [by]: { total, serverErrors: failed } },
});

function seen(name: string, { failed = 600, total = 1_000, p95 = 80, released = 35 }: Ill): ServiceObservation {
  const [now, old] = [`${name}-00002-bbb`, `${name}-00001-aaa`];
  const at = NOW - released * MINUTE;
  return {
    ...service({ state: serviceState(name, [revision(now, HOUR), revision(old, 9 * HOUR)], [to(now, 100)]) }),
    requests: fresh(stats(total, failed, now, NOW - 5 * MINUTE, NOW - 3 * MINUTE), NOW - 3 * MINUTE, 'request_count'),
    p95Ms: fresh(p95, NOW - 3 * MINUTE, 'latencies'),
    hour: fresh([stats(total, 0, old, at - 5 * MINUTE, at), stats(total, failed, now, at, NOW - 5 * MINUTE)], NOW, 'request_count'),
  };
}

function lines(name: string, callee: string): LogGroup {
  const sample = `GET https://${callee}-abc.run.app/items: upstream answered 500`;
  return { ...logGroup('unrecognised', name, `${name}-00002-bbb`, 50), loudest: [{ sample, count: 50, insertId: null }] };
}

/** By service, what became of its pin. */
function become(all: Readonly<Record<string, Ill>>, leftOut: readonly string[] = []): Readonly<Record<string, string>> {
  const names = Object.entries(all);
  const observation = world({
    services: names.map(([name, ill]) => seen(name, ill)),
    logs: names.flatMap(([name, ill]) => (ill.names === undefined ? [] : [lines(name, ill.names)])),
  });
  const spec = { ...SPEC, services: names.map(([name, { needs = [] }]) => ({ ...SPEC.services[0]!, name, dependsOn: needs })) };
  const steps = names.map(([name, { decided }]): Decided => {
    const step = blankOf('pin', name, { title: name, class: 'reversible', blastRadius: '', expectedMs: 0, rollback: '' });
    if (decided === 'awaits') return wait(step, 'one look is thin');
    return decided === 'own fault' ? { ...apply(step, 'it dies', []), isOwnFault: true } : apply(step, 'it is ill', []);
  });
  const scope = { diagnosis: diagnose(observation, spec), observation, spec, gates: {}, agreed: {} as never };
  const held = calleesFirst({ ...scope, revisions: {}, illAlone: {}, connectorCpu: null, changedAt: 0, leftOut }, steps);
  return Object.fromEntries(held.map(({ step, awaits }) => [step.id, awaits ?? step.reason]));
}

const LATE = 9_000;

describe('services that fail together since a release of the same minutes', () => {
  test('wait for the one that fails at once, where they fail late', () => {
    const held = become({ shop: { p95: LATE }, cart: { p95: LATE }, stock: {} });
    expect(Object.keys(held)).toEqual(['pin:shop', 'pin:cart']);
    expect(held['pin:shop']).toContain('pin:stock goes first, which can be undone; pin:shop is decided again on what that leaves');
    expect(held['pin:shop']).toContain('as who waits for another does');
  });

  test('wait for the one that their lines name, however late it fails', () => {
    const held = become({ shop: { names: 'stock' }, stock: { p95: LATE } });
    expect(held).toEqual({ 'pin:shop': expect.stringContaining('lines of shop name stock') as string });
  });

  test('wait for the one that fails far more requests, those of its callers among them', () => {
    expect(become({ shop: {}, stock: { failed: 900, total: 1_400 } })).toEqual({
      'pin:shop': expect.stringContaining('stock fails 900 of 1400 requests (64 %), and shop fails 600 of 1000 requests (60 %)') as string,
    });
  });

  test('wait for the end of the chain, where each waits for the next', () => {
    const held = become({ shop: { names: 'cart' }, cart: { names: 'stock' }, stock: {} });
    expect(Object.values(held).every((reason) => reason.startsWith('pin:stock goes first'))).toBe(true);
  });

  test('wait for more looks while that one is not agreed to be ill', () => {
    expect(become({ shop: { p95: LATE }, stock: { decided: 'awaits' } })['pin:shop']).toContain('whether stock is ill is not agreed yet');
  });

  test('wait for no more looks by words alone: anybody who sends requests may have put them into lines', () => {
    expect(become({ shop: { names: 'stock' }, stock: { decided: 'awaits' } })).toEqual({});
    const chain = become({ shop: { p95: LATE }, cart: { names: 'stock', p95: LATE }, stock: { p95: LATE, decided: 'awaits' } });
    expect(chain['pin:cart']).toBeUndefined();
  });

  test('wait for nothing that was tried and undone, or that people have left out', () => {
    expect(become({ shop: { p95: LATE }, stock: {} }, ['pin:stock'])).toEqual({});
  });

  test.each([
    ['fail alike, and nothing tells two apart', { shop: {}, stock: { failed: 660, total: 1_050 } }],
    ['name one another', { shop: { names: 'stock' }, stock: { names: 'shop' } }],
    ['are known by the document: who needs whom decides', { shop: { p95: LATE, needs: ['stock'] }, stock: {} }],
    ['were released an hour apart', { shop: { p95: LATE, released: 55 }, stock: { released: 10 } }],
    ['die of themselves', { shop: { p95: LATE, decided: 'own fault' }, stock: {} }],
  ] satisfies readonly [string, Readonly<Record<string, Ill>>][])('do not wait where they %s', (_, all) => {
    expect(become(all)).toEqual({});
  });
});
