import type { NetworkNow } from '../../core/service/network.ts';
import type { TrafficTarget } from '../../core/model/observation.ts';
import type { DesiredNetwork } from '../../core/model/spec.ts';

declare module '../../core/model/spec.ts' {
  interface DesiredSettings {
    /** Missing or null: what it sends through the connector stays as it is. */
    readonly egress?: DesiredNetwork | null;
  }
}

declare module '../../core/model/plan.ts' {
  interface StepChanges {
    readonly egress: {
      readonly kind: 'egress';
      readonly service: string;
      readonly from: NetworkNow;
      readonly to: DesiredNetwork;
      /** That it was planned on. */
      readonly traffic: readonly TrafficTarget[];
      /** As of a deploy. */
      readonly shift?: readonly number[];
    };
  }
}
