import type { ServiceState } from '../model/observation.ts';
import { object, objects } from './json.ts';

/** How the template of a service stands in the network, by short names. */
export interface NetworkNow {
  readonly connector: string | null;
  readonly subnet: string | null;
  readonly allTraffic: boolean;
}

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
