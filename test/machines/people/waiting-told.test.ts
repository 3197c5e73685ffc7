import { describe, expect, test } from 'vitest';
import { isRepetition } from '../../../machines/incident/people/budget.ts';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { googleCanMend, handToPeople } from '../../../machines/incident/people/escalating.ts';
import { planTold, planWords } from '../../../machines/incident/people/messages.ts';
import { tellingNow } from '../../../machines/incident/people/notifying.ts';
import { release } from '../../../machines/incident/people/operator-actions.ts';
import { tellWaiting, waitingWords } from '../../../machines/incident/people/waiting-told.ts';
import { letWindowWait, windowWaits } from '../../../machines/incident/health/window.ts';
import type { Outcome } from '../../../src/core/model/verdict.ts';
import { DEPLOYING, SAMPLE, T } from '../present-ways.ts';
import { MINUTE } from '../incident-samples.ts';

const gates = (outcome: Outcome) => ({ 'healthy:backend': { outcome, because: '40 of 100 requests failed' } });
const READY: IncidentContext = { ...DEPLOYING, stepId: null, stepsDone: [], look: { ...SAMPLE, at: T(3), gates: gates('fail') } };
const MINE = { by: 'ann', reason: 'mine', at: T(1), human: true, change: null };
const THEIRS = {
  by: 'ci',
  reason: 'service:web was changed',
  at: T(1),
  human: false,
  change: { subjects: ['service:web'], touches: [], seen: SAMPLE.configuration, toldAt: T(1) },
};
const HELD: IncidentContext = { ...READY, held: MINE };

/** What is told by looks of every half minute until then. */
function toldBy(context: IncidentContext, minutes: number): readonly { readonly at: number; readonly words: string }[] {
  const told: { at: number; words: string }[] = [];
  let now = context;
  for (let at = T(3); at <= T(3 + minutes); at += MINUTE / 2) {
    now = { ...now, outbox: [], look: { ...now.look!, at } };
    now = { ...now, ...tellWaiting(now, 0) };
    told.push(...now.outbox.map((words) => ({ at: (at - T(3)) / MINUTE, words })));
  }
  return told;
}
const minutesOf = (context: IncidentContext, minutes: number) => toldBy(context, minutes).map(({ at }) => at);

describe('a hold while users fail', () => {
  test('is told when two looks agree, and again like a question, with what each answer does', () => {
    const told = toldBy(HELD, 40);
    expect(told.map(({ at }) => at)).toEqual([0.5, 30.5]);
    expect(told[0]!.words).toMatch(
      /waiting: held by ann since .* \(mine\): nothing is changed, and users are not well: 40 of 100 requests failed\. Decide: resume lets it go on, and does: /,
    );
    expect(isRepetition({ context: { ...HELD, outbox: [told[1]!.words], toldLately: [] }, event: { at: T(20) } })).toBe(false);
  });

  test('is told again ever more seldom, up to the time between two reports of progress', () => {
    expect(minutesOf(HELD, 460)).toEqual([0.5, 30.5, 90.5, 210.5, 330.5, 450.5]);
  });

  test('for a change of somebody else is told again from when the hold itself was', () => {
    const told = toldBy({ ...READY, held: THEIRS }, 40);
    expect(told.map(({ at }) => at)).toEqual([28]);
    expect(told[0]!.words).toContain('held since 2026-01-05T03:01:00Z for service:web, changed by ci');
    expect(told[0]!.words).toContain('resume or adopt accepts the change, the run goes on and does: ');
  });

  test('is not told while users are well, while a question is open, or once people have it', () => {
    expect(minutesOf({ ...HELD, look: { ...HELD.look!, gates: gates('pass') } }, 40)).toEqual([]);
    expect(minutesOf({ ...HELD, askedAt: T(2) }, 40)).toEqual([]);
    expect(minutesOf({ ...HELD, escalation: { reason: 'so', at: T(2) } }, 40)).toEqual([]);
    expect(minutesOf({ ...HELD, held: null, plan: null }, 40)).toEqual([]);
  });

  test('is not told once more where the look has told of it in other words', () => {
    const now = { ...HELD, outbox: ['told just now'] };
    expect(tellWaiting(now, 0)).toMatchObject({ outbox: ['told just now'], waitTold: { at: T(3) } });
  });

  test('makes of the plan what would be done, not what will', () => {
    expect(planWords(HELD)).toMatch(/Would apply, and waits for whoever decides about the hold \(ann, .*\): /);
    expect(planWords(READY)).toContain('Will apply: ');
  });

  test('does not say of what is done that it will be', () => {
    const apply = READY.plan!.steps.filter(({ decision }) => decision === 'apply');
    const [first, ...others] = apply;
    const begun = { ...READY, stepsDone: [first!.id] };
    expect(planWords(begun)).toContain(` Done before: ${first!.title}.`);
    expect(planWords(begun)).not.toContain(`${first!.title} (`);
    for (const { title } of others) expect(planWords(begun)).toContain(`${title} (`);
    expect(planWords({ ...READY, stepsDone: apply.map(({ id }) => id) })).toContain('Will apply: nothing more. Done before: ');
    expect(planTold(begun), 'the same plan').toBe(planTold(READY));
  });
});

describe('the window of improvement', () => {
  const event = { at: READY.windowEndsAt };
  test('waits while a human holds a ripe step back, and for nobody else', () => {
    expect(windowWaits({ context: HELD, event })).toBe(true);
    expect(letWindowWait({ context: HELD, event }).windowEndsAt).toBe(event.at + READY.settings.questionWithinMs);
    expect(windowWaits({ context: { ...HELD, plan: null }, event })).toBe(false);
    expect(windowWaits({ context: { ...READY, held: THEIRS }, event })).toBe(false);
    expect(windowWaits({ context: READY, event })).toBe(false);
  });

  test('leaves what was held back the time to show what it does', () => {
    const now = { type: 'RESUME', at: event.at - MINUTE };
    expect(release({ context: HELD, event: now }).windowEndsAt).toBe(now.at + READY.settings.questionWithinMs);
    expect(release({ context: { ...READY, held: THEIRS }, event: now }).windowEndsAt).toBe(READY.windowEndsAt);
    expect(windowWaits({ context: { ...READY, waitedMs: 3 * MINUTE, windowEndsAt: event.at + MINUTE }, event })).toBe(true);
  });
});

describe('a deploy that waits', () => {
  const [step] = DEPLOYING.plan!.steps.filter(({ id }) => id.startsWith('deploy:'));
  const service = step!.id.slice('deploy:'.length);
  const full = {
    [`room:${service}`]: { outcome: 'fail' as const, because: 'a second revision opens about 10 connections, 4 of 395 are free' },
  };
  const waits: IncidentContext = {
    ...DEPLOYING,
    stepId: null,
    settings: { ...DEPLOYING.settings, services: DEPLOYING.settings.services.map((each) => ({ ...each, dependsOn: [] })) },
    look: { ...SAMPLE, at: T(3), gates: { ...gates('fail'), ...full } },
  };

  test('says for what, with the figures, and pages', () => {
    const [first] = toldBy(waits, 1);
    expect(first!.words).toContain('cannot go on: a second revision opens about 10 connections, 4 of 395 are free');
    expect(waitingWords(waits)).toContain(`firebreak skip ${step!.id}`);
    const told = { ...waits, ...tellWaiting({ ...waits, waitTold: { what: `blocked ${step!.id}`, looks: 1, at: null } }, 0) };
    expect(tellingNow({ context: told, event: { at: T(4) } }).now.needsPerson).toBe(true);
    expect(tellingNow({ context: { ...told, waitTold: null }, event: { at: T(4) } }).now.needsPerson).toBe(false);
  });

  test('is no news while a step is in hand, or more looks are awaited', () => {
    expect(waitingWords({ ...waits, stepId: step!.id })).toBe('');
    expect(waitingWords({ ...waits, plan: { ...waits.plan!, awaits: 'looks' } })).toBe('');
  });
});

describe('a right that our account has lost', () => {
  const denied = ['monitoring.timeSeries.list is refused (403): gcloud grant it'];
  const blind = (outcome: Outcome): IncidentContext => ({
    ...READY,
    plan: null,
    look: { ...READY.look!, gates: gates(outcome), denied },
    escalation: null,
  });

  test('is told with the grant, again after an hour while nothing is ill', () => {
    const told = toldBy(blind('error'), 70);
    expect(told.map(({ at }) => at)).toEqual([0.5, 60.5]);
    expect(told[0]!.words).toContain('gcloud grant it');
  });

  test('is no case for Google unless something is seen to be ill', () => {
    const late = { escalation: { reason: 'no improvement', at: T(120), afterWindow: true as const }, diagnosis: null };
    expect(googleCanMend({ context: { ...blind('error'), ...late } })).toBe(false);
    expect(handToPeople({ context: { ...blind('error'), ...late }, event: { at: T(120) } }).outbox?.at(-1)).toContain('gcloud grant it');
    expect(googleCanMend({ context: { ...blind('fail'), ...late } })).toBe(true);
  });
});
