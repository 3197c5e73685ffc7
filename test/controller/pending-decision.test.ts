import type { AnyStateNode } from 'xstate';
import { describe, expect, it } from 'vitest';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { askedOf } from '../../src/controller/pending-decision.ts';

const STATE = { meta: { asks: { about: 'question', otherwise: 'it is handed over' } } } as unknown as AnyStateNode;
const STEPS = [
  { id: 'pin:web', title: 'Pin 100 % of web', change: null },
  { id: 'deploy:api', title: 'Deploy api', change: { kind: 'deploy', service: 'api' } },
];

const yesTo = (id: string): string | null | undefined => {
  const question = { id, text: 'go on?', evidence: [] };
  const context = { plan: { hash: 'h', steps: STEPS }, question } as unknown as IncidentContext;
  return askedOf(context, [STATE], () => null)?.yes;
};

describe('what a yes to a question would let happen', () => {
  it.each([
    ['a failure', 'failure', 'looks and plans again'],
    ['a step that is known', 'deploy:api:evidence', 'allows Deploy api, then looks and plans again'],
    ['the budget', 'budget', 'allows more changes than policy.budget allows, then looks and plans again'],
    ['several at once', 'no-remedy deploy:api:evidence', 'allows Deploy api, then looks and plans again'],
  ])('of %s is said', (_what, id, words) => expect(yesTo(id)).toBe(words));

  it.each([
    ['no step of the document helps', 'no-remedy'],
    ['it must be said which change it is', 'pin:web:evidence'],
  ])('is nothing where %s', (_what, id) => expect(yesTo(id)).toBeNull());
});
