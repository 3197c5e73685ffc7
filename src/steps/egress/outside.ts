import type { Evidence } from '../../core/model/diagnosis.ts';
import type { NetworkNow } from '../../core/service/network.ts';
import type { DesiredNetwork } from '../../core/model/spec.ts';
import { measuredEvidence } from '../../diagnosis/finding.ts';
import type { PlanScope } from '../../planning/step-decisions.ts';

/** What becomes of the address from which public traffic leaves. */
export type AddressAfter =
  | { readonly kind: 'same' }
  | { readonly kind: 'another'; readonly why: string; readonly evidence: readonly Evidence[] }
  /** Lasting: no later look can tell either, for the right to read it is missing. */
  | { readonly kind: 'unknown'; readonly why: string; readonly lasting: boolean };

/**
 * Somebody outside may let in only the addresses of the network's Cloud NAT: that can rest on fixed ones alone. What goes past the
 * network leaves from Google's own, shared ones; from an interface of its own it leaves through the gateway that serves its subnet.
 */
export function addressAfter({ observation }: PlanScope, service: string, now: NetworkNow, wish: DesiredNetwork): AddressAfter {
  if (!now.allTraffic) return { kind: 'same' };
  const { gateways } = observation;
  if (gateways?.value == null)
    return {
      kind: 'unknown',
      why: `whether somebody outside lets in ${service} only by a fixed address of Cloud NAT is not known (${gateways?.problem ?? 'not read'})`,
      lasting: gateways?.problem?.startsWith('PERMISSION_DENIED') === true,
    };
  const fixed = gateways.value.filter(({ addresses }) => addresses === 'fixed');
  if (fixed.length === 0) return { kind: 'same' };
  if (wish.to === 'direct' && fixed.every(({ network, allSubnets }) => network === wish.network && allSubnets)) return { kind: 'same' };
  const names = fixed.map(({ name, network }) => `${name} of ${network}`).join(', ');
  return {
    kind: 'another',
    why: `public calls of ${service} leave through Cloud NAT with fixed addresses (${names}), and would leave from others: whoever lets in those alone refuses them`,
    evidence: [measuredEvidence(gateways, `Cloud NAT with fixed addresses: ${names}`)],
  };
}
