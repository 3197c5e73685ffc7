import type { Place } from '../../core/shell.ts';
import type { RunReport } from '../run-report.ts';

export interface NamedPlace extends Place {
  /** The document's name. */
  readonly name: string;
  /** Project and region are known; else the commands have words to be replaced in their place. */
  readonly known: boolean;
}

/** Where the incident is: from Google's own names of the operations, else from the words of the target. */
export function placeOf({ target, mutations }: Pick<RunReport, 'target' | 'mutations'>): NamedPlace {
  const said = /^(.*?) (?:\((\S+), (\S+)\)|in (\S+)\/(\S+))$/.exec(target ?? '');
  const name = said?.[1] ?? target ?? 'a run without a name';
  const operations = mutations.map(({ operation }) => /^projects\/([^/]+)\/locations\/([^/]+)\//.exec(operation ?? ''));
  const found = operations.find((match) => match !== null);
  const project = said?.[2] ?? said?.[4] ?? found?.[1];
  const region = said?.[3] ?? said?.[5] ?? found?.[2];
  return project === undefined || region === undefined
    ? { name, project: 'PROJECT', region: 'REGION', known: false }
    : { name, project, region, known: true };
}
