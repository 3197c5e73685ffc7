import { defined } from '../../../core/defined.ts';
import type { CauseKind } from '../../../core/model/diagnosis.ts';
import type { CaseClassification } from '../../../ports/support.ts';

/** Asked after the document's own words, where those find nothing. */
export const OTHER_QUERIES = ['Cloud Run', 'Technical Issue'] as const;

/** By cause: what stands in a classification that is about it. */
const ABOUT: Partial<Readonly<Record<CauseKind, readonly RegExp[]>>> = {
  'connector-saturation': [/vpc access/i, /connector/i, /networking/i],
  'name-resolution': [/\bdns\b/i, /networking/i],
  'application-crash': [/deploy/i, /revision/i, /runtime/i],
  configuration: [/deploy/i, /revision/i, /configuration/i],
  'revision-contention': [/deploy/i, /revision/i, /traffic/i],
  'database-unreachable': [/cloud sql/i, /database/i, /connectivity/i],
  'connection-budget': [/cloud sql/i, /database/i, /connectivity/i],
  pool: [/cloud sql/i, /database/i, /connectivity/i],
  'certificate-or-routing': [/load balanc/i, /certificate/i, /domain/i],
  'quota-or-regional-shortage': [/quota/i, /capacity/i],
};
const RETIRED = /\b(?:deprecated|retired|do not use|legacy)\b/i;
const TECHNICAL = /^technical issue\b/i;

/**
 * The fitting ones first: not called retired, then with the most words of the cause in hand, then technical issues, then the least
 * special, then by name and id, so that the same answer of Google leads to the same choice. Pure.
 */
export function byFit(found: readonly CaseClassification[], about: CauseKind | null): readonly CaseClassification[] {
  const words = about === null ? [] : (ABOUT[about] ?? []);
  const rank = ({ displayName }: CaseClassification): readonly number[] => [
    RETIRED.test(displayName) ? 1 : 0,
    -words.filter((word) => word.test(displayName)).length,
    TECHNICAL.test(displayName) ? 0 : 1,
    displayName.split('>').length,
  ];
  const ranked = found.map((each) => ({ each, rank: rank(each) }));
  ranked.sort((one, other) => {
    const at = one.rank.findIndex((value, index) => value !== other.rank[index]);
    if (at >= 0) return defined(one.rank[at]) - defined(other.rank[at]);
    return one.each.displayName < other.each.displayName || (one.each.displayName === other.each.displayName && one.each.id < other.each.id)
      ? -1
      : 1;
  });
  return ranked.map(({ each }) => each);
}
