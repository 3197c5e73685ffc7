import type { StepChange } from '../core/model/plan.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { connector } from './connector/index.ts';
import { deploy } from './deploy/index.ts';
import { egress } from './egress/index.ts';
import { KINDS, STEPS } from './index.ts';
import { instances } from './instances/index.ts';
import type { Kind } from './kind.ts';
import { pin } from './pin/index.ts';
import type { StepKind } from './step.ts';

/** Every kind of step, whole. Total: a kind without a part of it does not compile. */
const WHOLE: { readonly [Own in StepKind]: Kind<Own> } = { connector, instances, pin, egress, deploy };

/** A kind is given changes of its own alone, which the compiler cannot follow through a union. */
export function kindOf(kind: StepChange['kind']): Kind {
  return WHOLE[kind] as unknown as Kind;
}

/** The kinds that a document asks for, in the order of the runbook. */
export function kindsAsked(spec: RemediationSpec): readonly Kind[] {
  return KINDS.filter((kind) => STEPS[kind].asked(spec).length > 0).map(kindOf);
}

/** Those that it asks for of one service. */
export function kindsOfService(spec: RemediationSpec, service: string): readonly Kind[] {
  return kindsAsked(spec).filter(({ facts }) => facts.way !== 'in-place' && facts.asked(spec).includes(service));
}
