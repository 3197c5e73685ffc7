import { describe, expect, test } from 'vitest';
import type { Look, StepNow } from '../../../machines/incident/activities.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { delays } from '../../../machines/incident/delays.ts';
import { soakBroken } from '../../../machines/incident/guards.ts';
import { endQuestion, workAgain } from '../../../machines/incident/people/operator-actions.ts';
import {
  isApproved,
  otherQuestionAfter,
  questionIsGone,
  reasonIsGone,
  reasonIsOpen,
  standingsAfter,
} from '../../../machines/incident/health/present.ts';
import { beginRelapse, failingAfter, illAgain, setPhaseEnd } from '../../../machines/incident/health/relapse.ts';
import { giveTimeBack } from '../../../machines/incident/time-away.ts';
import type { Mutation } from '../../../src/core/model/mutation.ts';
import type { Plan } from '../../../src/core/model/plan.ts';
import type { Outcome } from '../../../src/core/model/verdict.ts';
import { KINDS } from '../../../src/steps/index.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';

const PLAN: Plan = ANSWERS.plan(STARTED_AT).find(({ steps }) =>
  steps.some(({ kind, decision }) => kind === 'deploy' && decision === 'apply'),
)!;
const NEXT = KINDS.flatMap((kind) => PLAN.steps.filter((step) => step.kind === kind && step.decision === 'apply')).at(0)!;
const SAMPLE = ANSWERS.observe(STARTED_AT)[0]!;

const lookAt = (at: number, extra: Partial<Look> = {}): Look => ({ ...SAMPLE, at, ...extra });
const says = (at: number, word: StepNow['word'], questionId: string | null = null): Look =>
  lookAt(at, {
    present: {
      question: questionId === null ? null : { id: questionId, text: questionId },
      steps: { [NEXT.id]: { word, because: `${word} at ${at}` } },
    },
  });
const INITIAL = initialContext(INPUT);
const begun = (extra: Partial<IncidentContext> = {}): IncidentContext => ({
  ...INITIAL,
  plan: { ...PLAN, observedAt: STARTED_AT },
  look: lookAt(STARTED_AT),
  ...extra,
});
const after = (context: IncidentContext, ...looks: readonly Look[]): IncidentContext =>
  looks.reduce<IncidentContext>(
    (now, look) => ({ ...now, look, standings: standingsAfter(now, look), otherQuestion: otherQuestionAfter(now, look) }),
    context,
  );
const T = (minutes: number): number => STARTED_AT + minutes * MINUTE;

describe('the reason of the next step', () => {
  test('stands on the look that the plan was made on, while nothing has been changed since', () => {
    expect(reasonIsOpen(begun())).toBe(false);
  });

  test('is asked again after each change of ours: an older look is no reason', () => {
    expect(reasonIsOpen(begun({ changedAt: T(5) }))).toBe(true);
    expect(reasonIsOpen(after(begun({ changedAt: T(5) }), says(T(6), 'needed')))).toBe(false);
  });

  test('is gone when two looks in a row say so, and not by one', () => {
    const once = after(begun(), says(T(1), 'gone'));
    expect([reasonIsGone(once), reasonIsOpen(once)]).toEqual([false, true]);
    const twice = after(once, says(T(2), 'gone'));
    expect(reasonIsGone(twice)).toBe(true);
    expect(twice.standings[NEXT.id]).toMatchObject({ since: T(1), looks: 2 });
    expect(reasonIsGone(after(once, says(T(2), 'needed'), says(T(3), 'gone')))).toBe(false);
  });

  test('is never gone for want of data', () => {
    expect(reasonIsGone(after(begun(), says(T(1), 'unknown'), says(T(2), 'unknown'), says(T(3), 'unknown')))).toBe(false);
  });

  test('is open where the very look that a plan was made again on does not say that it is needed', () => {
    const again = (word: StepNow['word']): IncidentContext => {
      const looked = after(begun({ changedAt: T(1) }), says(T(2), word));
      return { ...looked, plan: { ...PLAN, observedAt: T(2) } };
    };
    for (const word of ['gone', 'unknown', 'vetoed'] as const) {
      expect([reasonIsOpen(again(word)), reasonIsGone(again(word))], word).toEqual([true, false]);
    }
    expect(reasonIsOpen(again('needed'))).toBe(false);
    const healed = after(again('gone'), says(T(3), 'gone'));
    expect(reasonIsGone(healed)).toBe(true);
    expect(reasonIsOpen(after(again('gone'), says(T(3), 'needed')))).toBe(false);
  });

  test('gives way to a step before it that was left out and that two looks in a row ask for', () => {
    const [early, late] = [PLAN.steps[0]!, { ...PLAN.steps[0]!, id: 'deploy:late', kind: 'deploy' as const, decision: 'apply' as const }];
    const plan = { ...PLAN, observedAt: STARTED_AT, steps: [{ ...early, decision: 'skip' as const }, late] };
    const word = (at: number, now: StepNow['word']): Look =>
      lookAt(at, {
        present: {
          question: null,
          steps: { [early.id]: { word: now, because: '' }, [late.id]: { word: 'needed', because: '' } },
        },
      });
    const both = (context: IncidentContext): readonly boolean[] => [reasonIsOpen(context), reasonIsGone(context)];
    const once = after(begun({ plan }), word(T(1), 'needed'));
    expect(both(once)).toEqual([true, false]);
    expect(both(after(once, word(T(2), 'needed')))).toEqual([true, true]);
    expect(both(after(once, word(T(2), 'unknown')))).toEqual([false, false]);
    const skipped = begun({ plan, wishes: { ...INITIAL.wishes, skipped: { [early.id]: 'by ann' } } });
    expect(both(after(skipped, word(T(1), 'needed'), word(T(2), 'needed')))).toEqual([false, false]);
  });
});

describe('after time in which nobody looked', () => {
  const back = (context: IncidentContext, minutes: number): IncidentContext => ({
    ...context,
    ...giveTimeBack({ context, event: { type: 'TIME.AWAY', at: T(minutes), awayMs: 5 * MINUTE } }),
  });

  test('a step that the newest look spoke against is still not made', () => {
    for (const word of ['gone', 'unknown', 'vetoed'] as const) expect(reasonIsOpen(back(after(begun(), says(T(1), word)), 6))).toBe(true);
  });

  test('looks on either side of it are no looks in a row', () => {
    const gone = after(back(after(begun(), says(T(1), 'gone')), 6), says(T(7), 'gone'));
    expect(reasonIsGone(gone)).toBe(false);
    expect(gone.standings[NEXT.id]).toMatchObject({ since: T(7), looks: 1 });
    expect(reasonIsGone(after(gone, says(T(8), 'gone')))).toBe(true);
  });
});

describe('a question', () => {
  const question = { id: 'connector:evidence', text: 'scale it?', evidence: [] };
  const asking = begun({ question, plan: { ...PLAN, question } });

  test('is withdrawn when two looks in a row no longer ask it, and not by one', () => {
    const once = after(asking, says(T(1), 'needed'));
    expect(questionIsGone(once)).toBe(false);
    expect(questionIsGone(after(once, says(T(2), 'needed')))).toBe(true);
  });

  const suspected = (at: number): Look => ({
    ...says(at, 'needed'),
    gates: { 'healthy:backend': { outcome: 'inconclusive', because: 'suspected, its probes answer well since' } },
  });

  test('stays through looks in which a service is only suspected: a good probe beside late figures ends nothing', () => {
    const open = [1, 2, 3, 4, 5].map((minute) => suspected(T(minute)));
    expect(questionIsGone(after(asking, ...open))).toBe(false);
    expect(questionIsGone(after(asking, ...open, says(T(6), 'needed'), says(T(7), 'needed')))).toBe(true);
    expect(after(asking, ...open, says(T(6), 'needed', question.id)).otherQuestion).toBeNull();
  });

  test('does not stay for ever for a suspicion that does not end', () => {
    const open = Array.from({ length: 12 }, (_, index) => suspected(T(index + 1)));
    expect(questionIsGone(after(asking, ...open.slice(0, 11)))).toBe(false);
    expect(questionIsGone(after(asking, ...open))).toBe(true);
  });

  test('about what has failed is gone when all is well in two looks on end, and not before', () => {
    const failed = { ...asking, plan: null, question: { id: 'failure', text: 'whether it made it worse could not be told', evidence: [] } };
    const seen = (at: number, outcome: Outcome): Look => ({ ...says(at, 'needed'), gates: { all: { outcome, because: 'seen' } } });
    expect(questionIsGone(after(failed, seen(T(1), 'pass')))).toBe(false);
    expect(questionIsGone(after(failed, seen(T(1), 'pass'), seen(T(2), 'inconclusive'), seen(T(3), 'pass')))).toBe(false);
    expect(questionIsGone(after(failed, seen(T(1), 'pass'), seen(T(2), 'pass')))).toBe(true);
  });

  test('stays while a later look still asks the same', () => {
    expect(questionIsGone(after(asking, says(T(1), 'needed'), says(T(2), 'unknown', question.id), says(T(3), 'needed')))).toBe(false);
  });
});

test('a yes stays good for the very change that it was given for, and for no other', () => {
  const context = begun({ approvedChanges: { [NEXT.id]: JSON.stringify(NEXT.change) } });
  expect(isApproved(context, NEXT)).toBe(true);
  expect(isApproved(context, { ...NEXT, change: null })).toBe(false);
});

const PUT: Mutation = {
  key: 'k',
  stepId: 'deploy:backend',
  title: 'Deploy',
  class: 'reversible',
  at: T(1),
  outcome: 'applied',
  before: { kind: 'traffic', service: 'backend', traffic: [], generation: '1' },
  after: { kind: 'traffic', service: 'backend', traffic: [], generation: '2' },
  operation: null,
  undo: 'undo it',
};

describe('a relapse', () => {
  const look = (outcome: Outcome): Look => lookAt(T(1), { gates: { 'healthy:backend': { outcome, because: 'because' } } });
  const seen = (...outcomes: readonly Outcome[]): IncidentContext =>
    begun({ failing: outcomes.reduce<IncidentContext['failing']>((now, outcome) => failingAfter(now, look(outcome)), {}) });

  test('is agreed by three failing looks; a blip and missing data are none', () => {
    expect(illAgain(seen('fail', 'fail', 'fail'))).toEqual(['backend']);
    expect(illAgain(seen('fail', 'fail', 'pass', 'fail'))).toEqual([]);
    expect(illAgain(seen('error', 'error', 'inconclusive', 'error'))).toEqual([]);
  });

  test('may be met by the same step once more, and not a third time', () => {
    const made = (...keys: readonly string[]): IncidentContext => ({
      ...seen('fail', 'fail', 'fail'),
      stepsDone: ['deploy:backend', 'deploy:auth'],
      mutations: keys.map((key) => ({ ...PUT, key, stepId: 'deploy:backend' })),
    });
    const event = { type: 'OBSERVED', at: T(2) };
    expect(beginRelapse({ context: made('a'), event })).toMatchObject({ stepsDone: ['deploy:auth'], plan: null, round: 1 });
    expect(beginRelapse({ context: made('a', 'b'), event }).stepsDone).toContain('deploy:backend');
  });

  test('is no single failing look of a soak', () => {
    const broken = (looks: number): boolean =>
      soakBroken({ context: begun({ look: lookAt(T(1), { gates: { all: { outcome: 'fail', because: '' } } }), failing: { all: looks } }) });
    expect([broken(1), broken(2)]).toEqual([false, true]);
  });
});

test('a phase ends from its first entry, however often it is left and entered again', () => {
  const first = { ...begun(), ...setPhaseEnd({ context: begun(), event: { at: T(0) } }, { phase: 'servicesMs' }) };
  const again = { ...first, ...setPhaseEnd({ context: first, event: { at: T(60) } }, { phase: 'servicesMs' }) };
  expect(delays.SERVICES_PHASE({ context: again, event: { at: T(60) } })).toBe(INPUT.settings.phases.servicesMs - 60 * MINUTE);
});

test('time that people took to answer is not the phase’s, and their wish to try everything again begins the phases anew', () => {
  const asked = begun({ phaseEndsAt: { servicesMs: T(120) }, askedAt: T(10) });
  expect(endQuestion({ context: asked, event: { at: T(40) } }).phaseEndsAt).toEqual({ servicesMs: T(150) });
  expect(workAgain({ context: asked, event: { type: 'RETRY', by: 'ann', at: T(200) } }).phaseEndsAt).toEqual({});
});
