import type { GatewayFacts } from '../../core/model/observation.ts';
import type { NetworkPort } from '../../ports/cloud.ts';
import { allPages, shortName } from '../response-parsing.ts';
import { list, object, optionalText, text, understood } from '../json.ts';
import { createRest } from '../rest.ts';
import type { Scope } from '../scope.ts';

const PAGE_SIZE = 500;
const MAX_PAGES = 10;

/** Compute v1: routers with their Cloud NAT gateways, and subnets, of the region. */
export function createNetwork(scope: Scope): NetworkPort {
  const { get } = createRest(scope, 'compute.googleapis.com');
  const root = `/compute/v1/projects/${scope.project}/regions/${scope.region}`;
  return {
    async gateways(options) {
      const call = { api: 'compute', method: 'routers.list', resource: scope.region };
      const pages = await allPages('routers', MAX_PAGES, async (pageToken) =>
        understood('routers', await get(call, `${root}/routers`, { maxResults: PAGE_SIZE, pageToken }, options), (body) => ({
          gateways: list(body.items, 'items').flatMap(gatewaysOf),
          nextPageToken: optionalText(body.nextPageToken, 'nextPageToken') ?? undefined,
        })),
      );
      return pages.flatMap(({ gateways }) => gateways);
    },

    async subnet(name, options) {
      const call = { api: 'compute', method: 'subnetworks.get', resource: name };
      return understood(`subnet ${name}`, await get(call, `${root}/subnetworks/${encodeURIComponent(name)}`, {}, options), (body) => ({
        network: shortName(text(body.network, 'network')),
        range: text(body.ipCidrRange, 'ipCidrRange'),
      }));
    },
  };
}

function gatewaysOf(value: unknown): readonly GatewayFacts[] {
  const router = object(value, 'routers');
  const network = shortName(text(router.network, 'routers.network'));
  return list(router.nats, 'routers.nats').map((each) => {
    const nat = object(each, 'routers.nats');
    return {
      name: text(nat.name, 'nats.name'),
      network,
      // AUTO_ONLY addresses come and go with the load; anything else is taken for addresses that somebody may rely on.
      addresses: nat.natIpAllocateOption === 'AUTO_ONLY' ? 'changing' : 'fixed',
      allSubnets: String(nat.sourceSubnetworkIpRangesToNat).startsWith('ALL_SUBNETWORKS'),
    };
  });
}
