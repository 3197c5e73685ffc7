import type { IncidentContext } from '../../../machines/incident/context.ts';
import { HOUR } from '../../../src/core/duration.ts';
import { changesTheWorld } from '../../../src/proof/crashable-ports.ts';
import { CrashHarness } from '../../../src/proof/crash-harness.ts';
import { makeManualChanges } from '../../../src/simulator/manual-changes.ts';
import type { SimRequest } from '../../../src/simulator/simulator.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';
import { worldOf } from './generate.ts';
import type { RandomWorld } from './generate.ts';
import { harmOf, pinGains } from './harm.ts';
import { toldUntruths } from './told.ts';
import { isOurs, Twins } from './twins.ts';
import type { Judged } from './twins.ts';

export interface Lived {
  readonly seed: number;
  readonly described: string;
  readonly isIll: boolean;
  readonly outcome: string | null;
  readonly violations: readonly string[];
  /** Of ours. */
  readonly writes: number;
  /** See `pinGains`. */
  readonly pins: readonly number[];
  readonly virtualMs: number;
  readonly story: readonly string[];
}

/** A run must have ended by then. */
const ENDS_WITHIN = 10 * HOUR;

/** One random world with the controller at work in it, from beginning to end, held against the truth about it. */
export async function liveThrough(seed: number): Promise<Lived> {
  return live(await worldOf(seed));
}

async function live(random: RandomWorld): Promise<Lived> {
  const { seed, play, described, isIll } = random;
  const { scenario } = play;
  const twins = new Twins(createWorld(scenario));
  const forks = new Map<SimRequest, ReturnType<Twins['before']>>();
  const story: string[] = [];
  const stage: CrashHarness = new CrashHarness({
    ...play,
    world: twins.world,
    deathIsKnown: true,
    decideAt: () => 'go',
    onSaved: (saved, status) => {
      const lines = saved.lines.map(({ event }) => event).join(' ');
      if (lines !== '' && lines !== 'observe.done')
        story.push(`+${((stage.clock.now() - scenario.startAt) / 60_000).toFixed(2)} min  ${lines} → ${status.states.join(' ')}`);
    },
    watcher: {
      onRequest: (request) => {
        if (changesTheWorld(request)) forks.set(request, twins.before(stage.simulator));
      },
      onServed: (request) => {
        const fork = forks.get(request);
        if (fork !== undefined) twins.after(fork, stage.simulator);
        forks.delete(request);
      },
    },
  });
  const over = new AbortController();
  const hands = makeManualChanges({ scenario, simulator: stage.simulator, clock: stage.clock, signal: over.signal });
  const { run, ended } = stage.boot();
  const passed = await stage.clock.run(() => ended.end !== null || ended.failure !== null, {
    limitAt: scenario.startAt + ENDS_WITHIN,
    explain: () => run.awaiting(),
  });
  over.abort(new Error('the run is over'));
  await hands;
  const judged = twins.judge(stage.simulator);
  const ours = stage.simulator.writes().filter(isOurs);
  const outcome = ended.end?.outcome ?? null;
  const violations = [
    ...(passed.ended === 'done' ? [] : [`it ends: it is ${passed.ended}, waiting for ${passed.awaiting.join(', ')}`]),
    ...(ended.failure === null ? [] : [`it ends well or says why: ${String(ended.failure)}`]),
    ...harmOf(judged, scenario.startAt + scenario.world.clockSkew),
    ...(isIll ? [] : leftAlone(random, outcome, ours)),
    ...toldUntruths({
      context: (ended.end?.snapshot.context ?? null) as IncidentContext | null,
      outcome,
      simulator: stage.simulator,
      twins,
      services: play.spec.services.map(({ name }) => name),
    }),
  ];
  const virtualMs = stage.clock.now() - scenario.startAt;
  const pins = pinGains(judged);
  return { seed, described, isIll, outcome, violations, writes: ours.length, pins, virtualMs, story: [...story, ...judged.map(sayJudged)] };
}

/** A healthy system is left alone, and nobody is called for it. */
function leftAlone(
  { described }: RandomWorld,
  outcome: string | null,
  ours: readonly { readonly method: string; readonly path: string }[],
): readonly string[] {
  const touched = ours.map(({ method, path }) => `a healthy system is left alone: ${method} ${path}`);
  // Where nobody gets in to ask, and a golden path was asked for, its checks stay open.
  const isShut = /ingress|health path/.test(described);
  // A program that cannot look at all may say just that, and go.
  const isBlind = outcome === 'refused' && /no figures|APIs fail/.test(described);
  return isShut || isBlind || outcome === 'recovered'
    ? touched
    : [...touched, `a healthy system is found healthy: it ended ${outcome ?? 'not at all'}`];
}

function sayJudged({ write, service, withIt, withoutIt }: Judged): string {
  const gain = ((withIt - withoutIt) * 100).toFixed(1);
  return `${write.method} ${write.path.replace(/^.*locations\/[^/]*\//, '')}: ${service} ${gain} points (${(withIt * 100).toFixed(1)} %)`;
}
