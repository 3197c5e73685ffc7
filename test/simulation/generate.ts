import { rehearsalDocument } from '../../src/composition/rehearsal-document.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/duration.ts';
import type { Play } from '../../src/proof/run-with-kills.ts';
import { FAULT_LIBRARY, faultOf } from '../../src/simulator/fault-library.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import type { Scenario, ScenarioFault } from '../../src/simulator/scenario.ts';
import { mergeDeeply } from '../../src/simulator/world/merge.ts';
import { chanceOf } from './chance.ts';
import type { Chance } from './chance.ts';

/** What happens to the controllers and the world besides the incident itself. Instants in ms since the start. */
export type Disturbance =
  | { readonly kind: 'kill'; readonly atPoint: number }
  | { readonly kind: 'freeze'; readonly atPoint: number; readonly forMs: number }
  | { readonly kind: 'freeze-when-writing'; readonly write: number; readonly forMs: number }
  | { readonly kind: 'second'; readonly at: number }
  | { readonly kind: 'jump'; readonly at: number; readonly byMs: number }
  | { readonly kind: 'command'; readonly at: number; readonly type: CommandType }
  | { readonly kind: 'hand'; readonly at: number; readonly what: HandChange }
  | { readonly kind: 'store'; readonly from: number; readonly for: number; readonly when: 'before' | 'after'; readonly share: number };

type CommandType = 'HOLD' | 'ABORT' | 'RESUME' | 'APPROVE' | 'ROLLBACK' | 'RETRY' | 'SKIP';

/** What somebody else changes through the same API. */
export type HandChange =
  | { readonly what: 'label'; readonly service: string }
  | { readonly what: 'env'; readonly service: string }
  | { readonly what: 'traffic'; readonly service: string; readonly share: number }
  | { readonly what: 'connector'; readonly minInstances: number };

/** How the people of this incident answer when they are asked or when the run is held. */
interface Manners {
  readonly answersAfterMs: number;
  readonly approves: number;
  readonly adopts: number;
  readonly abandons: boolean;
}

export interface Incident {
  readonly seed: number;
  readonly play: Play;
  readonly disturbances: readonly Disturbance[];
  readonly manners: Manners;
  /** After a death until the next start. */
  readonly restartAfterMs: number;
  readonly deathIsKnown: boolean;
  /** The last instant at which something was made to go wrong, since the start. */
  readonly quietFrom: number;
  /** One line for people. */
  readonly described: string;
}

const AUTH = 'netra-auth-service';
const BACKEND = 'netra-backend-staging';
const FRONTEND = 'netra-frontend-staging';
const CONNECTOR = 'staging-connector';

const BASES = [
  [40, 'issue-1278'],
  [10, 'issue-1278-as-logged'],
  [12, 'bad-deploy'],
  [8, 'auth-never-stable'],
  [6, 'no-improvement'],
  [8, 'regional-shortage'],
  [8, 'connector-busy'],
  [5, 'already-healthy'],
] as const;

/** A bound on the instances is the cure. */
const BOUNDED = 'instances-over-budget';
/** A front end fills the connector with what goes to public addresses. */
const PUBLIC = 'egress-relieves-connector';

/** The incident of a seed: the same for the same seed, as long as this file and the scenarios stay as they are. */
export async function incidentOf(seed: number): Promise<Incident> {
  // Drawn by itself, so that the incidents of all other seeds stay what they are.
  const base = chanceOf(seed, 'bounded').is(0.06)
    ? BOUNDED
    : chanceOf(seed, 'public').is(0.06)
      ? PUBLIC
      : chanceOf(seed, 'base').weighed(BASES);
  const faults = faultsOf(chanceOf(seed, 'faults'));
  const scenario = variedScenario(seed, base, faults);
  const disturbances = disturbancesOf(chanceOf(seed, 'disturbances'));
  const { spec, hash } = await rehearsalDocument(scenario, null, { env: {}, readFile: () => Promise.reject(new Error('no file')) });
  const chance = chanceOf(seed, 'manners');
  return {
    seed,
    play: { scenario, spec, specHash: hash },
    disturbances,
    manners: {
      answersAfterMs:
        chance.weighed([
          [5, chance.between(5, 100)],
          [1, chance.between(100, 500)],
        ]) * SECOND,
      approves: chance.pick([1, 1, 1, 0.8, 0.3]),
      adopts: chance.pick([1, 1, 0.8, 0.3]),
      abandons: chance.is(0.03),
    },
    restartAfterMs: chance.pick([0, 5, 45, 150, 400]) * SECOND,
    deathIsKnown: chance.is(0.6),
    quietFrom: Math.max(0, ...faults.map(({ from = 0, for: length = 0 }) => from + length), ...disturbances.map(lastInstant)),
    described: [base, ...faults.map(({ id }) => id), ...disturbances.map(sayDisturbance)].join(', '),
  };
}

function lastInstant(disturbance: Disturbance): number {
  if ('from' in disturbance) return disturbance.from + disturbance.for;
  return 'at' in disturbance ? disturbance.at : 0;
}

function sayDisturbance(disturbance: Disturbance): string {
  const { kind, ...rest } = disturbance;
  const facts = Object.entries(rest).map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  return `${kind} (${facts.join(' ')})`;
}

function faultsOf(chance: Chance): readonly ScenarioFault[] {
  const count = chance.weighed([
    [25, 0],
    [35, 1],
    [25, 2],
    [10, 3],
    [5, 4],
  ]);
  const chosen = new Map<string, ScenarioFault>();
  for (let n = 0; n < count; n += 1) {
    const kind = chance.pick(FAULT_LIBRARY as unknown as readonly [(typeof FAULT_LIBRARY)[number], ...(typeof FAULT_LIBRARY)[number][]]);
    const from = chance.is(0.3) ? 0 : chance.between(0, 18) * MINUTE;
    const length = kind.lasting ? chance.between(20, 360) * SECOND : 20 * MINUTE;
    const times = kind.lasting ? {} : { times: chance.between(1, 3) };
    chosen.set(kind.kind, { ...faultOf(kind, { from, for: length, ...times }), optional: true });
  }
  return [...chosen.values()];
}

/** The base scenario with other numbers, all of them legal, and waits short enough for a thousand of it. */
function variedScenario(seed: number, base: string, faults: readonly ScenarioFault[]): Scenario {
  const read = readScenario(base);
  const chance = chanceOf(seed, 'world');
  const others = [...read.faults.map((fault) => ({ ...fault, optional: true })), ...faults];
  const varied = mergeDeeply(read, { name: `seed-${seed}`, seed, world: variedWorld(chance, base, read) }) as Scenario;
  return {
    ...varied,
    faults: others,
    people: [],
    remediation: { ...read.remediation, patch: byShares(chanceOf(seed, 'shares'), specPatch(chanceOf(seed, 'spec'), read)) },
  };
}

function variedWorld(chance: Chance, base: string, read: Scenario): object {
  const first = chance.between(5, 95);
  const healthy = base === 'already-healthy' || base === BOUNDED || base === PUBLIC;
  const wedged = chance.between(10, 30);
  const backend = {
    name: BACKEND,
    load: { requestsPerSecond: base === BOUNDED ? chance.between(190, 210) : chance.between(5, 15) / 10, changes: [] },
    ...(healthy || base === 'issue-1278-as-logged'
      ? {}
      : {
          traffic: [
            { revision: `${BACKEND}-00749-6tr`, latest: false, percent: first, ...(chance.is(0.4) ? { tag: 'previous' } : {}) },
            { revision: `${BACKEND}-00750-69k`, latest: false, percent: 100 - first, ...(chance.is(0.4) ? { tag: 'candidate' } : {}) },
          ],
          revisions: [
            { name: `${BACKEND}-00749-6tr`, minInstances: 46 - wedged, running: { ready: 0, wedged: 46 - wedged, crashing: 0 } },
            { name: `${BACKEND}-00750-69k`, minInstances: wedged, running: { ready: 0, wedged, crashing: 0 } },
          ],
        }),
    ...(chance.is(0.1) ? { newRevisions: { defect: defectOf(chance) } } : {}),
  };
  const auth = {
    name: AUTH,
    load: { requestsPerSecond: chance.between(4, 12) / 10, changes: [] },
    ...(chance.is(0.1) ? { newRevisions: { defect: defectOf(chance) } } : {}),
  };
  const connector = {
    name: CONNECTOR,
    updateTakes: chance.between(40, 400) * SECOND,
    ...(chance.is(0.12) ? { busyFor: chance.between(1, 8) * MINUTE } : {}),
    ...(chance.is(0.06)
      ? {
          updateFailure: {
            after: chance.between(30, 250) * SECOND,
            code: chance.pick([8, 13, 3]),
            message: 'The update could not be carried out.',
          },
        }
      : {}),
  };
  const history = Math.min(read.world.history, 20 * MINUTE);
  return { history, connectors: [connector], services: [backend, auth] };
}

function defectOf(chance: Chance): object {
  return chance.pick<object>([
    { kind: 'exits', exitCode: 1, message: 'ValueError: settings are not valid JSON' },
    { kind: 'flaps', upFor: 100 * SECOND, downFor: 50 * SECOND, message: 'RuntimeError: cache refresh failed', exitCode: 1 },
    { kind: 'missing-module', module: 'app.services.monitoring', exitCode: 3 },
  ]);
}

function specPatch(chance: Chance, read: Scenario): NonNullable<NonNullable<Scenario['remediation']>['patch']> {
  const stability = { healthyFor: `${chance.between(40, 120)}s`, within: `${chance.between(8, 16)}m`, maxRelapses: chance.between(1, 3) };
  const revision = chance.pick([`${BACKEND}-00749-6tr`, `${BACKEND}-00750-69k`, 'lastHealthy']);
  const patch = {
    spec: {
      observe: { every: chance.pick(['30s', '30s', '30s', '20s', '45s', '60s']) },
      services: [
        { name: AUTH, stability },
        { name: BACKEND, stability, pin: { revision } },
      ],
      validation: { soak: { for: `${chance.between(1, 3)}m` } },
      escalation: { window: `${chance.between(10, 30)}m`, followFor: `${chance.between(3, 9)}m` },
      phases: {
        capacity: `${chance.between(15, 35)}m`,
        services: `${chance.between(20, 40)}m`,
        validation: `${chance.between(10, 20)}m`,
      },
      communication: { every: `${chance.between(2, 9)}m` },
      policy: {
        approve: chance.pick([[], [], [], ['irreversible'], ['reversible', 'irreversible']]),
        approvalWithin: `${chance.between(3, 9)}m`,
        // What the runbook may need is 8, 9 where instances are bounded, 11 where a way into the network changes: less is refused at once.
        budget: {
          mutations: Math.max(
            read.name === PUBLIC ? 11 : 8,
            chance.weighed([
              [6, 12],
              [2, 10],
              [2, 9],
              [1, 8],
            ]),
          ),
        },
      },
    },
  };
  return mergeDeeply(read.remediation?.patch ?? {}, patch) as ReturnType<typeof specPatch>;
}

/** Now and then the document names the shares by which a new revision, or a pinned one, gets its traffic: more changes, and more time. */
function byShares(chance: Chance, patch: ReturnType<typeof specPatch>): ReturnType<typeof specPatch> {
  const [ofDeploys, ofPin] = [chance.is(0.1), chance.is(0.1)];
  if (!ofDeploys && !ofPin) return patch;
  const shift = chance.pick([
    [10, 50, 100],
    [25, 100],
    [5, 20, 60, 100],
  ]);
  const services = [
    { name: AUTH, ...(ofDeploys ? { shift } : {}) },
    { name: BACKEND, ...(ofDeploys ? { shift } : {}), ...(ofPin ? { pin: { shift } } : {}) },
  ];
  const spec = { services, phases: { capacity: '2h', services: '2h' }, policy: { budget: { mutations: 20 } } };
  return mergeDeeply(patch, { spec }) as ReturnType<typeof specPatch>;
}

function disturbancesOf(chance: Chance): readonly Disturbance[] {
  const list: Disturbance[] = [];
  const at = (): number => chance.between(5, 25 * 60) * SECOND;
  const service = (): string => chance.pick([BACKEND, AUTH, FRONTEND]);
  for (let p = 0.7; chance.is(p); p -= 0.12) list.push({ kind: 'kill', atPoint: chance.between(1, 320) });
  if (chance.is(0.2)) list.push({ kind: 'freeze', atPoint: chance.between(1, 300), forMs: chance.between(10, 500) * SECOND });
  if (chance.is(0.12)) list.push({ kind: 'freeze-when-writing', write: chance.between(1, 7), forMs: chance.between(70, 500) * SECOND });
  for (let p = 0.35; chance.is(p); p -= 0.2) list.push({ kind: 'second', at: at() });
  if (chance.is(0.1)) list.push({ kind: 'jump', at: at(), byMs: chance.pick([-1, 1]) * chance.between(1, 180) * SECOND });
  if (chance.is(0.2))
    list.push({
      kind: 'command',
      at: at(),
      type: chance.pick<CommandType>(['HOLD', 'HOLD', 'ABORT', 'RESUME', 'APPROVE', 'ROLLBACK', 'RETRY', 'SKIP']),
    });
  for (let p = 0.4; chance.is(p); p -= 0.25) list.push({ kind: 'hand', at: at(), what: handChange(chance, service()) });
  if (chance.is(0.12))
    list.push({
      kind: 'store',
      from: at(),
      for: chance.between(10, 100) * SECOND,
      when: chance.pick(['before', 'after']),
      share: chance.next(),
    });
  return list;
}

function handChange(chance: Chance, service: string): HandChange {
  return chance.weighed<HandChange>([
    [2, { what: 'label', service }],
    [2, { what: 'env', service }],
    [4, { what: 'traffic', service: chance.is(0.7) ? BACKEND : AUTH, share: chance.pick([100, 90, 50, 10]) }],
    [1, { what: 'connector', minInstances: chance.between(3, 9) }],
  ]);
}

/** A run must have ended so long after the last thing that was made to go wrong. */
export const ENDS_WITHIN = 14 * HOUR;
