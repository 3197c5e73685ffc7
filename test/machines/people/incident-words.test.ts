import { describe, expect, test } from 'vitest';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { withIncident } from '../../../machines/incident/people/incident-words.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import { tellingNow } from '../../../machines/incident/people/notifying.ts';
import { approvalWords, noMoveWords, ownChangesWords, stillAskedWords } from '../../../machines/incident/people/messages.ts';
import type { Cause } from '../../../src/core/model/diagnosis.ts';
import type { Mutation } from '../../../src/core/model/mutation.ts';
import { INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';
import { DEPLOYING, SAMPLE } from '../present-ways.ts';

const CONTEXT = initialContext(INPUT);
const incident = (confidence: number): Cause => ({
  kind: 'provider-incident',
  subject: 'abc',
  confidence,
  share: 0.1,
  summary: 'Google has an incident of its own: Elevated errors',
  evidence: [],
});
const diagnosed = (...causes: readonly Cause[]): Pick<IncidentContext, 'diagnosis'> => ({
  diagnosis: { at: STARTED_AT, healthy: false, causes, whys: [], unknowns: [] },
});
const saying = (parts: Partial<IncidentContext>): string =>
  tellingNow({ context: { ...CONTEXT, outbox: [`${CONTEXT.target}: said`], ...parts }, event: { at: STARTED_AT + MINUTE } }).text;

describe('an incident of Google’s in what people are told', () => {
  test('stands in every message that asks or calls somebody, with the instant of its diagnosis, and in no other', () => {
    const asked = { askedAt: STARTED_AT, question: { id: 'q', text: 'go on?', evidence: [] } };
    expect(saying({ ...asked, ...diagnosed(incident(0.96)) })).toMatch(
      /: said\nGoogle has an incident of its own: .* \(diagnosis of .*Z\)\.$/,
    );
    expect(saying({ escalation: { reason: 'r', at: STARTED_AT }, ...diagnosed(incident(0.5)) })).toContain('Google has an incident');
    expect(saying(diagnosed(incident(0.96)))).not.toContain('Google');
  });

  test('is said once, and not where it is only a suspicion', () => {
    const text = 'asked: Google has an incident of its own: Elevated errors. What shall be done?';
    expect(withIncident(diagnosed(incident(0.9)), text)).toBe(text);
    expect(withIncident(diagnosed(incident(0.3)), 'asked')).toBe('asked');
    expect(withIncident({ diagnosis: null }, 'asked')).toBe('asked');
    expect(withIncident(diagnosed(incident(0.9)), '')).toBe('');
  });
});

describe('whoever is asked or called', () => {
  const made = (title: string, minute: number, more: Partial<Mutation> = {}): Mutation => ({
    key: title,
    stepId: 'deploy:backend',
    title,
    class: 'reversible',
    at: STARTED_AT + minute * MINUTE,
    outcome: 'applied',
    end: 'in-force',
    before: { kind: 'traffic', service: 'backend', traffic: [], generation: '1' },
    after: { kind: 'traffic', service: 'backend', traffic: [], generation: '2' },
    operation: null,
    undo: '',
    ...more,
  });

  test('reads the figures of the newest look again, where that asks the same, and no others', () => {
    const question = { id: 'q', text: '33 of 411 requests fail', evidence: [] };
    const now = (id: string) => ({ ...SAMPLE, present: { question: { id, text: '383 of 383 requests fail' }, steps: {} } });
    expect(stillAskedWords({ ...CONTEXT, question, look: now('q') })).toMatch(/still needed: as of \S+: 383 of 383 requests fail\. /);
    expect(noMoveWords({ ...CONTEXT, question, look: now('q') })).toContain('383 of 383');
    expect(stillAskedWords({ ...CONTEXT, question, look: now('another') })).toContain('still needed: 33 of 411 requests fail. ');
  });

  test('is told what this run has made and what of it is in force', () => {
    const context = {
      ...CONTEXT,
      mutations: [made('Deploy backend', 3)],
      question: { id: 'q', text: 'What shall be done?', evidence: [] },
    };
    expect(ownChangesWords(context)).toMatch(/^ In force by this run: Deploy backend \(.*Z\)\.$/);
    expect(stillAskedWords(context)).toContain('What shall be done? Nothing is changed meanwhile. In force by this run: Deploy backend');
    expect(ownChangesWords({ ...CONTEXT, mutations: [made('Deploy backend', 3, { end: 'failed' })] })).toBe('');
    expect(ownChangesWords(CONTEXT)).toBe('');
  });

  test('hears what a plan would do and the command that says yes, not its hash alone', () => {
    const { plan } = DEPLOYING;
    const waits = { ...DEPLOYING, question: null };
    const yes = `\`firebreak approve --plan ${plan!.hash.slice(0, 8)}\` says yes.`;
    const [step] = plan!.steps.filter(({ decision }) => decision === 'apply');
    expect(stillAskedWords(waits)).toContain(`a decision is still needed: a yes or no to the plan: ${step!.title}`);
    expect(stillAskedWords(waits)).toContain(yes);
    expect(approvalWords(waits)).toMatch(/ Nothing of it is sent without a yes\. `firebreak why` shows all of it, /);
    expect(approvalWords(waits)).toContain(yes);
  });

  test('hears the question that nobody answered, and no-move only where nothing was asked', () => {
    const asked = { ...CONTEXT, question: { id: 'q', text: 'which one shall serve?', evidence: [] } };
    expect(noMoveWords(asked)).toMatch(/^nobody answered within \d+ min: which one shall serve\?$/);
    expect(noMoveWords({ ...asked, question: { ...asked.question, text: 'x'.repeat(900) } }).length).toBeLessThan(400);
    expect(noMoveWords(CONTEXT)).toBe('the runbook has no move left');
  });
});
