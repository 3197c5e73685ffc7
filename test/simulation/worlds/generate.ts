import { rehearsalDocument } from '../../../src/composition/rehearsal-document.ts';
import { MINUTE } from '../../../src/core/duration.ts';
import type { Play } from '../../../src/proof/run-with-kills.ts';
import { loadScenario } from '../../../src/simulator/scenario.ts';
import type { Scenario } from '../../../src/simulator/scenario.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';
import { chanceOf } from '../chance.ts';
import type { Chance } from '../chance.ts';
import { ODDITIES, traffic } from './healthy.ts';
import { ILLNESSES } from './ill.ts';
import { BACKEND, AUTH, OLDER, SERVICES, SERVING, together } from './parts.ts';
import type { Part } from './parts.ts';

/** A world drawn from a seed, and the truth about it. */
export interface RandomWorld {
  readonly seed: number;
  readonly play: Play;
  /** Whether anything is the matter that users feel for longer than a moment. */
  readonly isIll: boolean;
  readonly cure: string;
  readonly described: string;
}

/** Share of good answers in a system that is well, its odd moments included. */
const HEALTHY = 0.99;
/** A moment that passes is no longer than this; more stretches on end below `PASSING` are an illness of their own. */
const STRETCH_MS = 4 * MINUTE;
const STRETCHES = 23;
const STORM = 3;
const PASSING = 0.97;

/** The same world for the same seed; odd seeds are healthy. */
export async function worldOf(seed: number): Promise<RandomWorld> {
  if (seed % 2 === 0) return build(seed, true, illWorld(seed));
  for (let attempt = 0; ; attempt += 1) {
    const world = await build(seed, false, healthyWorld(seed, attempt));
    // At high rates a short outage can begin a storm that lasts: then it is no healthy world.
    if (isWellAlone(world.play.scenario)) return world;
  }
}

async function build(seed: number, isIll: boolean, { base, cure, parts }: Draft): Promise<RandomWorld> {
  const chance = chanceOf(seed, 'document');
  const { what, world, faults, people, patch } = together([...parts, { what: 'document', patch: documentPatch(chance) }]);
  const document = {
    name: `world-${seed}`,
    title: what.slice(0, -1).join(', '),
    base,
    cause: isIll ? 'unknown' : 'healthy',
    seed,
    remediation: { patch },
    world: { history: '30m', ...world },
    faults,
    people,
    expect: { outcome: 'recovered' },
  };
  const scenario = loadScenario(JSON.stringify(document), `${document.name}.yaml`);
  const { spec, hash } = await rehearsalDocument(scenario, null, { env: {}, readFile: () => Promise.reject(new Error('no file')) });
  return { seed, play: { scenario, spec, specHash: hash }, isIll, cure, described: `${isIll ? 'ill' : 'healthy'}: ${document.title}` };
}

interface Draft {
  readonly base: string;
  readonly cure: string;
  readonly parts: readonly Part[];
}

function illWorld(seed: number): Draft {
  const chance = chanceOf(seed, 'illness');
  const { base, cure, ...part } = chance.pick(ILLNESSES as unknown as readonly [(typeof ILLNESSES)[number]])(chance);
  return { base, cure, parts: [part, ...oddities(chanceOf(seed, 'oddities'), 2, false, FOR_THE_ILL)] };
}

function healthyWorld(seed: number, attempt: number): Draft {
  const { part, busy } = traffic(chanceOf(seed, `traffic ${attempt}`));
  return {
    base: 'already-healthy',
    cure: 'none: nothing is wrong',
    parts: [part, ...oddities(chanceOf(seed, 'oddities'), 3, busy, () => true)],
  };
}

/** What is laid over an incident must leave it the incident that it is. */
const FOR_THE_ILL = ({ what }: Part): boolean => !/ingress|health path|serves nobody|limit of instances/.test(what);

function oddities(chance: Chance, most: number, busy: boolean, fits: (part: Part) => boolean): readonly Part[] {
  const chosen = new Map<string, Part>();
  for (let left = chance.between(0, most); left > 0; left -= 1) {
    const part = chance.pick(ODDITIES as unknown as readonly [(typeof ODDITIES)[number]])(chance, busy);
    if (part !== null && fits(part)) chosen.set(part.what, part);
  }
  return [...chosen.values()];
}

/** Waits short enough for two thousand worlds; what is asked before a write stays as it is written. */
function documentPatch(chance: Chance): object {
  const stability = { healthyFor: '3m', within: '15m', maxRelapses: chance.between(1, 3) };
  const pin = { revision: chance.pick(['lastHealthy', 'lastHealthy', SERVING, OLDER]) };
  return {
    spec: {
      services: [
        { name: AUTH, stability },
        { name: BACKEND, stability, pin },
      ],
      validation: { soak: { for: '10m' } },
      escalation: { window: '30m', followFor: '10m' },
      phases: { capacity: '40m', services: '40m', validation: '40m' },
    },
  };
}

/** Whether nobody need do anything: the truth about an hour and a half with nobody at work. */
function isWellAlone(scenario: Scenario): boolean {
  const shares = sharesAlone(scenario);
  const storm = shares.some((_, index) => shares.slice(index, index + STORM).filter((share) => share < PASSING).length === STORM);
  return !storm && meanOf(shares) >= HEALTHY;
}

/** The share of good answers of the worst service in an hour and a half with nobody at work. */
export function leftAlone(scenario: Scenario): number {
  return meanOf(sharesAlone(scenario));
}

function meanOf(shares: readonly number[]): number {
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** The share of good answers of the worst service, stretch by stretch. */
function sharesAlone(scenario: Scenario): readonly number[] {
  const world = createWorld(scenario);
  let before = world.answered();
  return Array.from({ length: STRETCHES }, (_, index) => {
    world.advanceTo(scenario.startAt + scenario.world.clockSkew + (index + 1) * STRETCH_MS);
    const after = world.answered();
    const shares = SERVICES.map((name) => {
      const [was, is] = [before[name]!, after[name]!];
      return (is.well - was.well) / (is.asked - was.asked);
    });
    before = after;
    return Math.min(...shares);
  });
}
