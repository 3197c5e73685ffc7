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
