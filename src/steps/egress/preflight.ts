import type { DesiredNetwork } from '../../core/model/spec.ts';
import { CLEAN, refused, unlessRefused, warned } from '../findings.ts';
import type { Checked, Findings } from '../findings.ts';

/** The longest prefix of a subnet that Direct VPC egress takes (gcp-facts 1.8). */
const LONGEST_PREFIX = 26;

/** The subnet of an interface of its own is there, in that network, and large enough. Whether it has free addresses left, Google tells only at the start of an instance. */
export async function preflightEgress(name: string, checked: Checked): Promise<Findings> {
  const wish = checked.spec.services.find((service) => service.name === name)?.egress ?? null;
  return wish?.to === 'direct' ? checkSubnet(name, wish, checked) : CLEAN;
}

async function checkSubnet(
  name: string,
  wish: Extract<DesiredNetwork, { to: 'direct' }>,
  { cloud, spec, signal }: Checked,
): Promise<Findings> {
  const check = `subnet ${wish.subnet}`;
  const look = `gcloud compute networks subnets list --regions=${spec.region} --project=${spec.project}`;
  return unlessRefused(
    async () => {
      const { network, range } = await cloud.network.subnet(wish.subnet, { signal });
      if (network !== wish.network)
        return refused(
          check,
          `for ${name} belongs to the network ${network}, not to ${wish.network}.`,
          `mend egress in the document; ${look}`,
        );
      if (Number(range.split('/')[1]) > LONGEST_PREFIX)
        return refused(
          check,
          `for ${name} is ${range}: Direct VPC egress asks for /${LONGEST_PREFIX} or larger.`,
          `name a larger one; ${look}`,
        );
      return warned(
        `${name} into ${wish.subnet} (${range}): each instance takes an address or two, and its first connections may take a minute; whether enough are free is not known`,
      );
    },
    ({ message }) => refused(check, `for ${name} could not be read: ${message}.`, `mend egress in the document; ${look}`),
  );
}
