import type { ServiceState } from '../../core/model/observation.ts';
import type { DesiredNetwork, DesiredTemplate } from '../../core/model/spec.ts';
import { named, quoted } from '../../core/shell.ts';
import type { Place } from '../../core/shell.ts';
import { OWN_TAG } from '../../planning/traffic-split.ts';
import { shiftCommands } from '../new-revision.ts';
import type { Shares } from '../shares.ts';

/** The same image and settings, and another way into the network. */
export function templateOf(network: DesiredNetwork): DesiredTemplate {
  return { like: null, image: null, env: {}, network };
}

/** A new revision without traffic that differs by its way into the network alone, then the traffic. */
export function egressCommands(
  { name }: ServiceState,
  to: DesiredNetwork,
  { shares, place }: { readonly shares: Shares; readonly place: Place },
): readonly string[] {
  const flags =
    to.to === 'direct'
      ? `--clear-vpc-connector --network=${quoted(to.network)} --subnet=${quoted(to.subnet)}`
      : '--vpc-egress=private-ranges-only';
  return [`gcloud run services update ${named(name, place)} --no-traffic --tag=${OWN_TAG} ${flags}`, ...shiftCommands(name, shares, place)];
}
