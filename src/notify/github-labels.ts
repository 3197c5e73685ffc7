import type { Message } from '../core/model/message.ts';
import type { GitHubLabels } from '../core/model/communication.ts';

/**
 * What is to be added and taken away so that of all labels that the document names there are those of where the run stands, and, until
 * it has recovered, of the causes that were found. Labels that the document does not name are nobody's business here. Pure.
 */
export function labelChanges(
  labels: GitHubLabels | null,
  { standing, causes }: Pick<Message, 'standing' | 'causes'>,
  present: readonly string[],
): { readonly add: readonly string[]; readonly remove: readonly string[] } {
  if (labels === null) return { add: [], remove: [] };
  const { causes: byCause, ...byStanding } = labels;
  const found = standing === 'recovered' ? [] : causes.flatMap((kind) => byCause[kind] ?? []);
  const wanted = new Set([...(byStanding[standing] ?? []), ...found]);
  const ours = new Set([...Object.values(byStanding), ...Object.values(byCause)].flatMap((names) => names ?? []));
  // GitHub takes names without regard to case.
  const has = (names: Iterable<string>, name: string): boolean => [...names].some((each) => each.toLowerCase() === name.toLowerCase());
  return {
    add: [...wanted].filter((name) => !has(present, name)),
    remove: present.filter((name) => has(ours, name) && !has(wanted, name)),
  };
}
