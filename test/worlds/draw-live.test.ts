import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { lookOffline } from '../../src/composition/offline.ts';
import { rehearsalDocument } from '../../src/composition/rehearsal-document.ts';
import { rehearse } from '../../src/composition/rehearsal.ts';
import { observeOnce } from '../../src/controller/observe-once.ts';
import type { Seen } from '../../src/controller/observe-once.ts';
import { absent } from '../../src/core/model/measured.ts';
import type { RemediationSpec } from '../../src/core/model/spec.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { drawLive } from '../../src/worlds/draw-live.ts';
import { fitProblems } from '../../src/worlds/fit.ts';
import { loadWorld } from '../../src/worlds/load.ts';
import { FROM_LIVE, worldText } from '../../src/worlds/write.ts';
import { documentText } from '../../src/survey/document.ts';
import { loadSpec } from '../../src/spec/load.ts';
import { everyNth, spread } from '../spread.ts';
import { scenarioOf, surveyed } from '../survey/support.ts';

interface Case {
  readonly scenario: Scenario;
  readonly spec: RemediationSpec;
  readonly hash: string;
  readonly seen: Seen;
}

/** A scenario with its document, and one look at it. */
async function looked(name: string): Promise<Case> {
  const scenario = scenarioOf(name);
  const file = scenario.remediation === undefined ? `deploy/examples/${name}/remediation.yaml` : null;
  const { spec, hash } = await rehearsalDocument(scenario, file, { readFile, env: {} });
  const seen = await lookOffline(scenario, (at) => observeOnce({ ...at, spec, signal: new AbortController().signal }));
  return { scenario, spec, hash, seen };
}

function drawn({ spec, seen }: Case): { readonly text: string; readonly scenario: Scenario } {
  const text = worldText(drawLive({ spec, ...seen })!, 'remediation.yaml', FROM_LIVE);
  return { text, scenario: loadWorld(text, 'drawn').scenario };
}

/** What a run does there: every change with how it went, in order, and the end. */
async function decisions(scenario: Scenario, { spec, hash }: Case): Promise<readonly string[]> {
  const owner = { token: 't', host: 'h', pid: 1, described: 'test' };
  const { end } = await rehearse({ scenario, spec, specHash: hash, openStore: () => createMemoryStore('test'), owner });
  const { mutations } = end.snapshot.context as IncidentContext;
  return [...mutations.map(({ stepId, outcome }) => `${stepId} ${outcome}`), end.outcome];
}

const bothWays = async (name: string) => {
  const found = await looked(name);
  return { original: await decisions(found.scenario, found), again: await decisions(drawn(found).scenario, found) };
};

describe('in the world drawn from a look', () => {
  it('at #1278 a run decides the same in the same order as there', async () => {
    const { original, again } = await bothWays('issue-1278');
    expect(again).toEqual(original);
    expect(original.at(-1)).toBe('recovered');
  });

  it.each<readonly [string, (document: string) => string]>([
    ['acme', (document) => document],
    // Asked by init: which of the two revisions shall have all of the traffic?
    [
      'issue-1278',
      (document) => document.replace('    - name: netra-backend-staging\n', '$&      pin: { revision: netra-backend-staging-00750-69k }\n'),
    ],
  ])('at %s a run of the document that init wrote recovers, and decides the same in the same order as there', async (name, answered) => {
    const scenario = scenarioOf(name);
    const { spec, hash } = loadSpec(answered(documentText(await surveyed(scenario), 'init.yaml')), 'init.yaml', {});
    const seen = await lookOffline(scenario, (at) => observeOnce({ ...at, spec, signal: new AbortController().signal }));
    const found = { scenario, spec, hash, seen };
    const original = await decisions(scenario, found);
    expect(await decisions(drawn(found).scenario, found)).toEqual(original);
    expect(original.at(-1)).toBe('recovered');
  });

  it.each(['notes', 'out-of-memory', 'egress-cuts-admin-api', 'already-healthy'])(
    'at %s a run decides the same in the same order as there',
    async (name) => {
      const { original, again } = await bothWays(name);
      expect(again).toEqual(original);
    },
  );

  const ENDS_DIFFER: readonly (readonly [string, string, readonly [string, string]])[] = [
    ['bad-deploy', 'no look can see what the next revision will bring', ['restored', 'recovered']],
    ['bakery', 'whether broken instances come back by themselves is not seen, and guessed as no', ['recovered', 'escalated']],
  ];
  it.each(spread(ENDS_DIFFER, everyNth(1), everyNth(2)))('at %s the end differs, because %s', async (name, _, ends) => {
    const { original, again } = await bothWays(name);
    expect([original.at(-1), again.at(-1)]).toEqual(ends);
  });
});

describe('the world drawn from a look', () => {
  it.each([
    'issue-1278',
    'notes',
    'bakery',
    'expired-certificate',
    'provider-incident',
    'connection-exhaustion',
    'name-resolution',
    'stale-failed-condition',
  ])('at %s can be played, and fits its document', async (name) => {
    const found = await looked(name);
    expect(fitProblems(found.spec, drawn(found).scenario.world, 'drawn')).toEqual([]);
  });

  it('holds no environment, secret, account or name of a person', async () => {
    const { text } = drawn(await looked('issue-1278'));
    expect(text).not.toMatch(
      /postgres-password|jwt-secret|JWT_|POSTGRES_HOST|10\.166\.205|gserviceaccount|deploy@|serviceAccount|env:|secrets:/,
    );
  });

  it('holds what was measured: the full connector, the connections, the broken instances of both revisions', async () => {
    const { world } = drawn(await looked('issue-1278')).scenario;
    expect(world.connectors[0]).toMatchObject({ machineType: 'e2-micro', minInstances: 2, maxInstances: 10, activeInstances: 10 });
    expect(world.databases[0]).toMatchObject({ tier: 'db-custom-2-7680', otherConnections: 2, flags: [{ value: '400' }] });
    const backend = world.services.find(({ name }) => name === 'netra-backend-staging');
    expect(backend?.revisions.map(({ running }) => running.wedged)).toEqual([23, 23]);
    expect(backend?.load.requestsPerSecond).toBeCloseTo(1.9, 0);
  });

  it('holds the release that took the traffic, and what its image lacks', async () => {
    const [notes] = drawn(await looked('notes')).scenario.world.services;
    expect(notes).toMatchObject({ release: { from: 'notes-00017-hum' } });
    expect(notes?.revisions.at(-1)).toMatchObject({ defect: { kind: 'missing-module', module: 'notes.export.pdf' } });
  });

  it('holds an expired certificate as expired', async () => {
    const [balancer] = drawn(await looked('expired-certificate')).scenario.world.loadBalancers;
    expect(balancer?.certificates.some(({ expiresIn }) => expiresIn !== undefined && expiresIn < 0)).toBe(true);
  });

  it('lists what could not be read, and is drawn without it', async () => {
    const found = await looked('bakery');
    const { observation } = found.seen;
    const gone = { ...observation.services['stock']!, state: absent<never>('run', 'PERMISSION_DENIED: no') };
    const seen = {
      waysIn: absent<never>('compute', 'off'),
      observation: { ...observation, services: { ...observation.services, stock: gone } },
    };
    const world = drawLive({ spec: found.spec, ...seen })!;
    expect(world.world.services.map(({ name }) => name)).toEqual(['orders', 'storefront']);
    expect(world.unknowns).toContain('stock: PERMISSION_DENIED: no; it is not in the world');
    expect(world.unknowns).toContain('the way in, which is guessed by the names of its domains: off');
  });

  it('is none where no service of the document is there', async () => {
    const found = await looked('notes');
    const { observation } = found.seen;
    expect(drawLive({ spec: found.spec, waysIn: null, observation: { ...observation, services: {} } })).toBeNull();
  });
});
