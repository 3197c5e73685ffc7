import { list, object, optionalText, texts, understood } from '../json.ts';

export const SQL_CLIENT = 'roles/cloudsql.client';
export const SECRET_ACCESSOR = 'roles/secretmanager.secretAccessor';

/** Predefined roles that hold what is needed to connect to Cloud SQL, and to read a secret's payload. */
const HOLDS: Readonly<Record<typeof SQL_CLIENT | typeof SECRET_ACCESSOR, ReadonlySet<string>>> = {
  [SQL_CLIENT]: new Set([SQL_CLIENT, 'roles/cloudsql.editor', 'roles/cloudsql.admin', 'roles/editor', 'roles/owner']),
  [SECRET_ACCESSOR]: new Set([SECRET_ACCESSOR, 'roles/secretmanager.admin', 'roles/owner']),
};

/** Roles of one policy by member. */
export type RolesByMember = ReadonlyMap<string, ReadonlySet<string>>;

/** An IAM policy as roles by member. A binding under a condition counts: whether the condition holds is not known here. */
export function readPolicy(body: unknown, what: string): RolesByMember {
  return understood(what, body, (policy) => {
    const roles = new Map<string, Set<string>>();
    for (const value of list(policy.bindings, 'bindings')) {
      const binding = object(value, 'bindings');
      const role = optionalText(binding.role, 'bindings.role');
      for (const member of texts(binding.members, 'bindings.members')) {
        const of = roles.get(member) ?? new Set();
        if (role !== null) roles.set(member, of.add(role));
      }
    }
    return roles;
  });
}

/** `unknown`: a custom role, or a group that everybody may be in, could give it; that is not looked into. */
export function grants(policy: RolesByMember, account: string, role: keyof typeof HOLDS): 'yes' | 'no' | 'unknown' {
  const direct = [...(policy.get(`serviceAccount:${account}`) ?? [])];
  const shared = ['allUsers', 'allAuthenticatedUsers'].flatMap((member) => [...(policy.get(member) ?? [])]);
  if ([...direct, ...shared].some((each) => HOLDS[role].has(each))) return 'yes';
  const custom = direct.some((each) => !each.startsWith('roles/'));
  const groups = [...policy].some(
    ([member, roles]) => /^(?:group|domain|principalSet):/.test(member) && [...roles].some((each) => HOLDS[role].has(each)),
  );
  return custom || groups ? 'unknown' : 'no';
}
