import { ofConnector } from '../core/of-connector.ts';
import { checkWords, isOpen, serviceOfCheck, titleOf } from '../report/documents/checks.ts';
import type { Check } from '../report/documents/checks.ts';
import { CURES } from '../report/documents/component-section.ts';
import { KIND_WORDS } from '../report/documents/components.ts';
import type { Component, ComponentKind } from '../report/documents/components.ts';
import { lookCommands } from '../report/documents/look-commands.ts';
import { storyOf } from '../report/documents/story.ts';
import type { Story } from '../report/documents/story.ts';
import type { PartFigures } from '../report/figures/figure-columns.ts';
import { FRESH_MS, newestLook } from './newest-look.ts';
import type { NewestLook } from './newest-look.ts';
import type { ToldRun } from './runs.ts';

/** `unknown`: it could not be told, and is no kind of well. */
type Health = 'well' | 'ill' | 'unknown';

export interface InfrastructureHealth {
  readonly status: Health;
  /** Said where no run tells of anything. */
  readonly why?: string;
  readonly targets: readonly TargetHealth[];
}

interface TargetHealth {
  readonly target: string;
  readonly runId: string;
  readonly status: Health;
  /** Why nothing is known of the present; null: something is. */
  readonly why: string | null;
  readonly lookedAt: string | null;
  readonly components: readonly ComponentHealth[];
}

interface ComponentHealth {
  readonly name: string;
  readonly kind: string;
  readonly layer: 'application' | 'infrastructure' | 'not told';
  /** As of `lookedAt`. */
  readonly seen: Health;
  /** What `seen` rests on. */
  readonly because: string;
  /** Checks that do not pass, since when and how often. */
  readonly notPassing: readonly string[];
  /** The newest diagnosis that names it, with its time. */
  readonly diagnosed: readonly string[];
  /** What its diagnosed causes need. */
  readonly actions: readonly string[];
  /** Commands that only read. */
  readonly lookWith: readonly string[];
}

type Seen = Pick<ComponentHealth, 'seen' | 'because'>;

/** How each component stood in the newest look of the newest run of each target; that of an old look, or of none, is unknown now. Pure. */
export function infrastructureHealth(told: readonly ToldRun[]): InfrastructureHealth {
  if (told.length === 0) return { status: 'unknown', why: 'no run of an environment is kept here', targets: [] };
  const targets = told.map(healthOf);
  return { status: worst(targets.map(({ status }) => status)), targets };
}

function healthOf(one: ToldRun): TargetHealth {
  const story = storyOf(one.told);
  const newest = newestLook(one);
  const components = componentsIn(story, newest).map((component) => componentHealth(component, story, newest));
  return {
    target: one.run.target,
    runId: one.run.runId,
    status: newest.notNow === null ? worst(components.map(({ seen }) => seen)) : 'unknown',
    why: newest.notNow,
    lookedAt: newest.look === null ? null : new Date(newest.look.at).toISOString(),
    components,
  };
}

/** All that is measured, and what the evidence names beside it. */
function componentsIn({ components, services, checks }: Story, { measures }: NewestLook): readonly Component[] {
  const parts = measures?.parts ?? services.map((name) => `service:${name}`);
  const measured = parts.map((part): Component => {
    const [prefix, name] = [part.slice(0, part.indexOf(':')), part.slice(part.indexOf(':') + 1)];
    const kind: MeasuredKind = prefix === 'service' || prefix === 'database' ? prefix : 'network';
    const known = components.find((each) => each.kind === kind && each.name === name);
    const own = checks.filter((check) => GATES_OF[kind](check, name, services));
    return { kind, name, causes: known?.causes ?? [], checks: own, changes: known?.changes ?? [] };
  });
  const others = components.filter(({ kind, name }) => !measured.some((each) => each.kind === kind && each.name === name));
  return [...measured, ...others];
}

/** Which checks are about a component that every look measures; an older journal tells the gate of the connector without a name. */
const GATES_OF: Readonly<Record<MeasuredKind, (check: Check, name: string, services: readonly string[]) => boolean>> = {
  service: (check, name, services) => serviceOfCheck(check, services) === name && !isOfDatabase(check),
  network: (check, name) => check.from === 'look' && (check.name === ofConnector(name) || !check.name.includes(':')),
  database: isOfDatabase,
};

type MeasuredKind = Extract<ComponentKind, 'service' | 'network' | 'database'>;

/** Whether the database has room for the connections of a service. */
function isOfDatabase({ from, name }: Check): boolean {
  return from === 'look' && name.startsWith('room:');
}

function componentHealth(component: Component, story: Story, newest: NewestLook): ComponentHealth {
  const { kind, name, checks, causes } = component;
  const cures = [...new Set(causes.flatMap((cause) => cause.cures ?? []))];
  return {
    name,
    kind: KIND_WORDS[kind],
    layer: kind === 'service' ? 'application' : kind === 'other' ? 'not told' : 'infrastructure',
    ...seenOf(component, newest),
    notPassing: checks.filter(isOpen).map((check) => `${titleOf(check)}: ${checkWords(check)}`),
    diagnosed: causes.map(({ at, summary }) => `${new Date(at).toISOString()}: ${summary}`),
    actions: cures.map((cure) => CURES[cure]),
    lookWith: lookCommands({ kind, name }, story.place),
  };
}

/** By its own gates of the look; where these do not decide, by a diagnosis of that time; the database else by its connections. */
function seenOf({ kind, name, checks, causes }: Component, { look, measures }: NewestLook): Seen {
  if (look === null) return { seen: 'unknown', because: 'no look was taken' };
  const gates = kind === 'service' ? checks.filter((check) => check.name === `healthy:${name}`) : checks;
  const deciding = gates.find(({ outcome }) => outcome === 'fail') ?? gates.find(isOpen) ?? gates[0];
  const because = deciding === undefined ? 'nothing was measured of it' : `${titleOf(deciding)}: ${checkWords(deciding)}`;
  if (deciding?.outcome === 'fail') return { seen: 'ill', because };
  if (deciding?.outcome === 'pass') return { seen: 'well', because };
  const named = causes.find(({ standsAt }) => standsAt === null);
  if (named !== undefined && look.at - named.at <= FRESH_MS) return { seen: 'ill', because: named.summary };
  const counted = kind === 'database' ? byConnections(look.parts[partOf(name, measures)]) : null;
  // What a diagnosis has once said of connections is answered by counting them; nothing else is.
  if (counted !== null && (named === undefined || named.kind === 'connection-budget')) return counted;
  return { seen: 'unknown', because: named === undefined ? because : `diagnosed as ill before, and not diagnosed since: ${named.summary}` };
}

function partOf(name: string, measures: NewestLook['measures']): string {
  return measures?.parts.find((part) => part.slice(part.indexOf(':') + 1) === name) ?? '';
}

/** Shares of the connections that are allowed, as the incident's documents have them (DESIGN section 2): short, and as good as none left. */
const SHORT = 0.8;
const EXHAUSTED = 0.95;

/** null: not counted, or neither surely well nor surely ill. */
function byConnections({ used, max, possible }: PartFigures = {}): Seen | null {
  if (typeof used !== 'number' || typeof max !== 'number' || max <= 0) return null;
  if (used >= max * SHORT && used < max * EXHAUSTED) return null;
  const more = typeof possible === 'number' ? `; the instances of that minute may open ${possible}` : '';
  return { seen: used < max * SHORT ? 'well' : 'ill', because: `${used} of ${max} connections are in use${more}` };
}

function worst(all: readonly Health[]): Health {
  if (all.includes('ill')) return 'ill';
  return all.length === 0 || all.includes('unknown') ? 'unknown' : 'well';
}
