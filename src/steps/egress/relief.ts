import type { ConnectorObservation } from '../../core/model/observation.ts';
import type { DesiredNetwork } from '../../core/model/spec.ts';
import { networkOf } from '../../core/service/network.ts';
import type { SeenConnector } from '../../diagnosis/infrastructure/connectors.ts';
import { freshState } from '../../planning/step-decisions.ts';
import type { PlanScope } from '../../planning/step-decisions.ts';

/** What the connector carries less without a part of what a service sends through it. */
export interface Relief {
  /**
   * At least this part of what the connector carries both ways: only what comes in is counted, because what goes out holds the
   * answers to users, who do not pass it. By bytes; packets by service are not published.
   */
  readonly share: number;
  readonly words: string;
}

/** Why it is not known. */
export type Unmeasured = string;

/** What this wish takes off the connector, as it was measured. */
export function reliefOf(
  { observation }: PlanScope,
  service: string,
  { to }: DesiredNetwork,
  connector: ConnectorObservation | null,
): Relief | Unmeasured {
  const received = observation.services[service]?.received;
  const carried = connector?.throughput;
  if (received?.value == null || received.freshness !== 'fresh') return `what ${service} receives was not measured`;
  if (carried?.value == null || carried.freshness === 'absent' || carried.value <= 0) return 'what the connector carries was not measured';
  const bits = to === 'direct' ? received.value.all : received.value.internet;
  const from = to === 'direct' ? 'in all' : 'from public addresses';
  return {
    share: Math.min(1, bits / carried.value),
    words: `${service} receives ${mbits(bits)} Mbit/s ${from}, of ${mbits(carried.value)} Mbit/s that the connector carries both ways`,
  };
}

/** Of all services that the document lets off a connector, and that ride it now: the part that is measured. */
export function wholeRelief(scope: PlanScope, { wanted, seen }: SeenConnector): number {
  const parts = scope.spec.services.flatMap(({ name, egress }) => {
    const state = freshState(scope, name);
    if (egress == null || state === null || !isOff(egress, networkOf(state), wanted.name)) return [];
    const relief = reliefOf(scope, name, egress, seen);
    return typeof relief === 'string' ? [] : [relief.share];
  });
  return Math.min(
    1,
    parts.reduce((sum, share) => sum + share, 0),
  );
}

/** Whether the wish would take anything of it off that connector. */
function isOff({ to }: DesiredNetwork, { connector, allTraffic }: ReturnType<typeof networkOf>, name: string): boolean {
  return connector === name && (to === 'direct' || allTraffic);
}

function mbits(bits: number): string {
  const value = bits / 1_000_000;
  return value >= 10 ? String(Math.round(value)) : value.toFixed(1);
}
