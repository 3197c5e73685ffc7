import type { NetworkNow } from '../model/plan.ts';
import type { ServiceState } from '../model/observation.ts';
import { object, objects } from './json.ts';

/** How the present template of a service stands in the network. */
export function networkOf({ template, settings }: Pick<ServiceState, 'template' | 'settings'>): NetworkNow {
  const [direct] = objects(object(settings.template().vpcAccess).networkInterfaces);
  const named = direct?.subnetwork ?? direct?.network;
  return {
    connector: template.connector === null ? null : short(template.connector),
    subnet: typeof named === 'string' ? short(named) : null,
    allTraffic: template.egress === 'ALL_TRAFFIC',
  };
}

export function sameNetwork(one: NetworkNow, other: NetworkNow): boolean {
  return one.connector === other.connector && one.subnet === other.subnet && one.allTraffic === other.allTraffic;
}

function short(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
