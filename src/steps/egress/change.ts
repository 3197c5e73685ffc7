import type { NetworkNow } from '../../core/service/network.ts';
import type { TrafficTarget } from '../../core/model/observation.ts';
import type { NetworkWish } from '../../core/model/spec.ts';

declare module '../../core/model/spec.ts' {
  interface ServiceWishes {
    /** Missing or null: what it sends through the connector stays as it is. */
    readonly egress?: NetworkWish | null;
  }
}

declare module '../../core/model/plan.ts' {
  interface StepChanges {
    readonly egress: {
      readonly kind: 'egress';
      readonly service: string;
      readonly from: NetworkNow;
      readonly to: NetworkWish;
      /** That it was planned on. */
      readonly traffic: readonly TrafficTarget[];
    };
  }
}
