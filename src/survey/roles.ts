import type { ServiceState } from '../core/model/observation.ts';
import type { ServiceRole } from '../core/model/spec.ts';
import { shortIn } from '../core/region.ts';
import { instancesUsed } from './databases.ts';
import type { Edge } from './edges.ts';
import type { Survey } from './survey.ts';

export interface GuessedRole {
  readonly role: ServiceRole;
  readonly because: string;
}

const AUTH = /(?:^|-)(?:auth|authn|authz|login|identity|sign-in|signin|sso|iam|accounts?)(?:-|$)/;
const FRONT = /(?:^|-)(?:front|frontend|storefront|web|www|ui|spa|site|webapp|portal)(?:-|$)/;
const BACK = /(?:^|-)(?:back|backend|api|server|worker)(?:-|$)/;

/** What a service seems to be to the others. Null: nothing tells. */
export function roleOf({ name, template }: ServiceState, edges: readonly Edge[], { databases }: Survey): GuessedRole | null {
  const short = shortIn(name);
  if (AUTH.test(short)) return { role: 'auth', because: 'by its name' };
  if (FRONT.test(short)) return { role: 'frontend', because: 'by its name' };
  const used = instancesUsed({ template }, databases.value ?? [])[0];
  if (used !== undefined) return { role: 'backend', because: `it uses ${used.name}` };
  const caller = edges.find(({ to }) => to === name);
  if (caller !== undefined) return { role: 'backend', because: `${caller.from} calls it` };
  return BACK.test(short) ? { role: 'backend', because: 'by its name' } : null;
}
