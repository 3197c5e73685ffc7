import type { Cause, CauseKind, Cure } from '../core/model/diagnosis.ts';

/** What cures a kind of cause where its reason says nothing more exact. */
export const CURES: Readonly<Record<CauseKind, readonly Cure[]>> = {
  'application-crash': ['image'],
  configuration: ['setting'],
  'name-resolution': ['network'],
  'connector-saturation': ['capacity', 'network'],
  'database-unreachable': ['database', 'network'],
  'connection-budget': ['capacity', 'setting'],
  pool: ['setting', 'image', 'resources'],
  'revision-contention': ['setting'],
  'certificate-or-routing': ['network'],
  'quota-or-regional-shortage': ['capacity', 'wait'],
  'provider-incident': ['google'],
  unknown: [],
};

/** What cures this cause. */
export function curesFor({ cures, kind }: Pick<Cause, 'cures' | 'kind'>): readonly Cure[] {
  return cures ?? CURES[kind];
}

/** What each cure asks of people, in words. */
const WORDS: Readonly<Record<Cure, string>> = {
  image: 'another image',
  setting: 'another setting',
  resources: 'more memory, cpu or instances',
  account: 'a role for an account',
  capacity: 'more room where it ran out',
  network: 'a mended way through the network',
  'way-out': 'more ports or addresses of Cloud NAT, or another way out to public addresses',
  database: 'the database itself',
  google: 'Google',
  'third-party': 'whoever runs the API that is called',
  wait: 'time',
};

/** What cures this cause, in words that go on from `what cures it is`. */
export function sayCures(cause: Pick<Cause, 'cures' | 'kind'>): string {
  const cures = curesFor(cause);
  return cures.length === 0 ? 'not known' : cures.map((cure) => WORDS[cure]).join(' or ');
}
