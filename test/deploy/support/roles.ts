import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from '../../architecture/source.ts';

/** A role file as `gcloud iam roles create --file` takes it; an unknown key is a mistake there too. */
const roleSchema = z.strictObject({
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(300),
  stage: z.literal('GA'),
  includedPermissions: z.array(z.string().regex(/^[a-z]+(?:\.[a-zA-Z]+){2}$/)).min(1),
});

export const ROLE_NAMES = ['observe', 'remediate', 'act-as', 'escalate', 'state'] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

export function readRole(name: RoleName): z.output<typeof roleSchema> {
  return roleSchema.parse(parse(readFileSync(`${ROOT}deploy/roles/${name}.yaml`, 'utf8')));
}

/** What an account with these roles may do. */
export function grantedBy(names: readonly RoleName[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => readRole(name).includedPermissions));
}
