import type { ServiceBounds } from '../../core/model/observation.ts';

/** Instances of the whole service, kept and at most; null: as it is. */
export interface DesiredInstances {
  readonly min: number | null;
  readonly max: number | null;
}

declare module '../../core/model/spec.ts' {
  interface DesiredSettings {
    /** Missing or null: never bounded. */
    readonly instances?: DesiredInstances | null;
  }
}

declare module '../../core/model/plan.ts' {
  interface StepChanges {
    readonly instances: { readonly kind: 'instances'; readonly service: string; readonly from: ServiceBounds; readonly to: ServiceBounds };
  }
}
