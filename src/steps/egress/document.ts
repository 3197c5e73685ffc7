import { z } from 'zod';
import type { DesiredNetwork } from '../../core/model/spec.ts';
import { name } from '../../spec/fields.ts';
import type { DesiredKey } from '../desired-key.ts';

const SHORT_NAME = [/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and dashes'] as const;

const schema = z
  .union([
    z.literal('private-ranges-only'),
    z.strictObject({
      network: name('VPC network, by short name.', ...SHORT_NAME),
      subnet: name('Subnet of the region, by short name: /26 or larger.', ...SHORT_NAME),
    }),
  ])
  .describe(
    'What it sends through a saturated connector: only what goes to private ranges (private-ranges-only), or nothing, with an interface of its own in { network, subnet } (Direct VPC egress).',
  );

/** `services[].egress` */
export const egress: DesiredKey<typeof schema, DesiredNetwork> = {
  schema,
  resolve: (written) => (written === 'private-ranges-only' ? { to: written } : { to: 'direct', ...written }),
  problems: (_written, { hasConnector, service, abroad }) => {
    // Subnets and gateways are read in the document's own region.
    if (abroad !== null) {
      const what = `egress is changed in spec.region alone, and ${service} is in ${abroad}`;
      return [{ code: 'spec-region', path: [], what, fix: `leave it out, or write a document of its own with region: ${abroad}` }];
    }
    if (hasConnector) return [];
    const what = 'it would relieve a connector, and the document names none';
    return [{ code: 'spec-reference', path: [], what, fix: 'name it in spec.connector or spec.connectors, or leave egress out' }];
  },
};
