import type { IncidentContext } from '../../machines/incident/context.ts';
import { sayDuration } from '../core/duration.ts';
import type { Scenario } from '../simulator/scenario.ts';
import type { Rehearsed } from './rehearsal.ts';

export interface Expectation {
  /** What the scenario expects, in words. */
  readonly what: string;
  readonly met: boolean;
  /** What was found instead, or as well. */
  readonly found: string;
}

/** Holds a rehearsal against its scenario: how it ended, what it changed and left alone, whom it told, which faults it met. */
export function judgeExpectations(scenario: Scenario, rehearsed: Rehearsed): readonly Expectation[] {
  const { expect } = scenario;
  const facts = factsOf(rehearsed);
  return [
    outcomeOf([expect.outcome].flat(), rehearsed),
    ...(expect.order === undefined ? [] : [inOrder(expect.order, facts.applied)]),
    ...mutationsOf(expect.mutations, facts.applied),
    ...(expect.vetoed ?? []).map((id) => decided(facts, id, 'veto')),
    ...(expect.skipped ?? []).map((id) => decided(facts, id, 'skip')),
    ...(expect.trafficRestored === true ? [restored(rehearsed)] : []),
    ...(Array.isArray(expect.trafficRestored) ? expect.trafficRestored.map((service) => restoredOf(rehearsed, service)) : []),
    ...(expect.trafficKept ?? []).map((service) => kept(rehearsed, service)),
    ...Object.entries(expect.trafficOn ?? {}).map(([service, revision]) => trafficOn(rehearsed, service, revision)),
    ...(expect.cases === undefined ? [] : [counted('support cases', expect.cases, rehearsed.after.cases.length)]),
    ...(expect.minComments === undefined ? [] : [commented(expect.minComments, rehearsed)]),
    ...(expect.escalatedAt === undefined ? [] : [escalatedAt(expect.escalatedAt, facts, scenario)]),
    ...(expect.told ?? []).map((text) => told(text, rehearsed)),
    ...(expect.untold ?? []).map((text) => untold(text, rehearsed)),
    ...(expect.endsWithin === undefined ? [] : [endsWithin(expect.endsWithin, rehearsed.virtualMs)]),
    ...(expect.noDoubleWrites === true ? [noDoubleWrites(rehearsed)] : []),
    faultsMet(rehearsed),
    ...handsMet(rehearsed),
  ];
}

interface Facts {
  readonly context: IncidentContext;
  /** Step ids in the order in which they were first applied. */
  readonly applied: readonly string[];
}

function factsOf({ end }: Rehearsed): Facts {
  const context = end.snapshot.context as IncidentContext;
  const applied = context.mutations.filter(({ outcome }) => outcome === 'applied').map(({ stepId }) => stepId);
  return { context, applied: [...new Set(applied)] };
}

function expectation(what: string, met: boolean, found: string): Expectation {
  return { what, met, found };
}

function outcomeOf(wanted: readonly string[], { end }: Rehearsed): Expectation {
  return expectation(`the outcome ${wanted.join(' or ')}`, wanted.includes(end.outcome), end.outcome);
}

function inOrder(wanted: readonly string[], applied: readonly string[]): Expectation {
  let next = 0;
  for (const id of applied) if (id === wanted[next]) next += 1;
  return expectation(`the steps in order: ${wanted.join(', ')}`, next === wanted.length, applied.join(', ') || 'no step');
}

function mutationsOf(wanted: Scenario['expect']['mutations'], applied: readonly string[]): readonly Expectation[] {
  const found = applied.join(', ') || 'none';
  return [
    ...(wanted?.exactly === undefined
      ? []
      : [expectation(`exactly ${wanted.exactly} changed steps`, applied.length === wanted.exactly, found)]),
    ...(wanted?.max === undefined ? [] : [expectation(`at most ${wanted.max} changed steps`, applied.length <= wanted.max, found)]),
    ...(wanted?.none ?? []).map((id) => expectation(`${id} left alone`, !applied.includes(id), found)),
  ];
}

function decided({ context }: Facts, id: string, decision: string): Expectation {
  const step = context.plan?.steps.find((candidate) => candidate.id === id);
  const reasoned = step?.decision === decision && step.reason !== '';
  return expectation(
    `${id}: ${decision}, with a reason`,
    reasoned,
    step === undefined ? 'no such step' : `${step.decision}: ${step.reason}`,
  );
}

function restored({ before, after }: Rehearsed): Expectation {
  const [was, is] = [JSON.stringify(before.traffic), JSON.stringify(after.traffic)];
  return expectation(`all traffic as before: ${was}`, was === is, is);
}

function restoredOf({ before, after }: Rehearsed, service: string): Expectation {
  const [was, is] = [linesOf(before.traffic[service]), linesOf(after.traffic[service])];
  return expectation(`the traffic of ${service} as before: ${was}`, was === is && service in before.traffic, is);
}

/** What proved itself is not taken back: all traffic stands on a revision that the run made. */
function kept({ before, after, simulator }: Rehearsed, service: string): Expectation {
  const is = after.traffic[service] ?? [];
  const known = simulator.scenario.world.services.find(({ name }) => name === service)?.revisions.map(({ name }) => name) ?? [];
  const [only] = is;
  const met = is.length === 1 && only !== undefined && / 100 /.test(only) && !known.includes(only.split(' ')[0] ?? '');
  const moved = met && linesOf(before.traffic[service]) !== linesOf(is);
  return expectation(`the new revision of ${service} keeps its traffic`, moved, linesOf(is));
}

function linesOf(vector: readonly string[] | undefined): string {
  return vector === undefined || vector.length === 0 ? 'no traffic' : vector.join(' · ');
}

function trafficOn({ after }: Rehearsed, service: string, revision: string): Expectation {
  const vector = after.traffic[service] ?? [];
  const met = vector.some((line) => line.startsWith(`${revision} 100 `));
  return expectation(`all traffic of ${service} on ${revision}`, met, vector.join(' · ') || 'no traffic');
}

function counted(what: string, wanted: number, found: number): Expectation {
  return expectation(`${wanted} ${what}`, found === wanted, String(found));
}

function commented(least: number, { after }: Rehearsed): Expectation {
  const comments = after.cases.reduce((sum, { comments: count }) => sum + count, 0);
  return expectation(`at least ${least} comments`, comments >= least, String(comments));
}

function escalatedAt(wanted: NonNullable<Scenario['expect']['escalatedAt']>, { context }: Facts, scenario: Scenario): Expectation {
  const after = context.escalation === null ? null : context.escalation.at - scenario.startAt;
  const what = `escalated after ${sayDuration(wanted.after)} (± ${sayDuration(wanted.tolerance)})`;
  return expectation(
    what,
    after !== null && Math.abs(after - wanted.after) <= wanted.tolerance,
    after === null ? 'not escalated' : sayDuration(after),
  );
}

function told(text: string, { after }: Rehearsed): Expectation {
  return expectation(
    `people are told of ${text}`,
    after.told.some((said) => said.includes(text)),
    after.told.at(-1) ?? 'nobody was told anything',
  );
}

function untold(text: string, { after }: Rehearsed): Expectation {
  const said = after.told.find((one) => one.includes(text));
  return expectation(`nobody is told of ${text}`, said === undefined, said ?? 'nobody');
}

function endsWithin(limit: number, virtualMs: number): Expectation {
  return expectation(`an end within ${sayDuration(limit)}`, virtualMs <= limit, sayDuration(virtualMs));
}

/** The same change sent and committed twice, whatever its etag. */
function noDoubleWrites({ simulator }: Rehearsed): Expectation {
  const seen = new Map<string, number>();
  for (const { method, path, body, actor } of simulator.writes()) {
    if (!actor.startsWith('firebreak@')) continue;
    const key = JSON.stringify([method, path.split('?')[0], withoutEtag(body)]);
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  const doubled = [...seen].filter(([, times]) => times > 1).map(([key]) => key);
  return expectation('no change written twice', doubled.length === 0, doubled.join(' · ') || 'every write once');
}

function withoutEtag(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const { etag: _etag, ...rest } = body as Record<string, unknown>;
  return rest;
}

function faultsMet({ simulator }: Rehearsed): Expectation {
  const missed = simulator.faults.unconsumed();
  return expectation('every fault met', missed.length === 0, missed.length === 0 ? 'all' : `never met: ${missed.join(', ')}`);
}

/** A change by hand that is refused tests nothing, unless the scenario says so. */
function handsMet({ simulator }: Rehearsed): readonly Expectation[] {
  const { missedHands } = simulator;
  return missedHands.length === 0 ? [] : [expectation('every change by hand accepted', false, missedHands.slice(0, 5).join('; '))];
}
