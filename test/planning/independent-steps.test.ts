import { describe, expect, test } from 'vitest';
import type { RemediationSpec } from '../../src/core/model/spec.ts';
import { openApart } from '../../src/planning/independent-steps.ts';
import { apply, ask, blankOf, skip, wait } from '../../src/planning/step-decisions.ts';
import type { Decided } from '../../src/planning/step-decisions.ts';
import type { StepKind } from '../../src/steps/step.ts';
import { SPEC } from '../diagnosis/fixtures.ts';

const step = (kind: StepKind, name: string, kindOf: 'reversible' | 'irreversible' = 'reversible') =>
  blankOf(kind, name, { title: name, class: kindOf, blastRadius: '', expectedMs: 0, rollback: '' });
const applied = (name: string): Decided => apply(step('pin', name), 'it is ill', []);
const asked = (name: string): Decided => ask(step('pin', name), 'which one shall serve?');
const awaited = (name: string): Decided => wait(step('pin', name), 'one look is thin');

/** checkout needs payments, which needs ledger; shop and cart stand alone. */
const spec: RemediationSpec = {
  ...SPEC,
  services: [
    ['ledger', []],
    ['payments', ['ledger']],
    ['checkout', ['payments']],
    ['shop', []],
    ['cart', []],
  ].map(([name, dependsOn]) => ({ ...SPEC.services[0]!, name: name as string, dependsOn: dependsOn as string[] })),
};
const open = (...decided: readonly Decided[]): readonly string[] => openApart(decided, spec).map((each) => each.step.id);

describe('what is decided for one service', () => {
  test('does not wait for another that a human is asked about, or that more looks must tell', () => {
    expect(open(applied('shop'), asked('cart'))).toEqual(['pin:cart']);
    expect(open(applied('shop'), awaited('cart'), skip(step('pin', 'ledger'), 'well'))).toEqual(['pin:cart']);
  });

  test('goes before what needs it, where only more looks must tell of that', () => {
    expect(open(applied('ledger'), awaited('checkout'))).toEqual(['pin:checkout']);
    expect(open(applied('checkout'), awaited('ledger'))).toEqual([]);
    expect(open(apply(step('deploy', 'ledger'), '', []), awaited('checkout'))).toEqual([]);
  });

  test('goes before what may be well again by it alone, where only more looks must tell of that', () => {
    expect(open({ ...applied('checkout'), mayMend: ['checkout', 'ledger'] }, awaited('ledger'))).toEqual(['pin:ledger']);
    expect(open({ ...applied('checkout'), mayMend: ['checkout', 'ledger'] }, asked('ledger'))).toEqual([]);
  });

  test('waits for what it needs, and for a question about what needs it, at any remove', () => {
    expect(open(applied('checkout'), asked('ledger'))).toEqual([]);
    expect(open(applied('ledger'), asked('checkout'))).toEqual([]);
    expect(open(applied('shop'), applied('checkout'), asked('ledger'))).toEqual([]);
  });

  test('waits where its own service is open too, and where the connector is, which is about all', () => {
    expect(open(apply(step('deploy', 'shop'), '', []), asked('shop'))).toEqual([]);
    expect(open(applied('shop'), ask(step('connector', 'c', 'irreversible'), 'scale it?'))).toEqual([]);
    expect(open(apply(step('connector', 'c', 'irreversible'), '', []), asked('cart'))).toEqual([]);
  });

  test('does not wait for the connector where what it takes out of use dies of itself', () => {
    const scaling = wait(step('connector', 'c', 'irreversible'), 'one look is thin');
    expect(open({ ...applied('shop'), isOwnFault: true }, scaling)).toEqual(['connector:c']);
    expect(open(applied('shop'), scaling)).toEqual([]);
    expect(open({ ...applied('shop'), isOwnFault: true }, applied('cart'), scaling)).toEqual([]);
  });

  test('is nothing, where nothing is decided, or nothing is open', () => {
    expect(open(asked('cart'))).toEqual([]);
    expect(open(applied('shop'))).toEqual([]);
  });
});
