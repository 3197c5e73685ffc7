import { locatedOf } from './region.ts';

/** Where commands act. */
export interface Place {
  readonly project: string;
  readonly region: string;
}

/** The flags that name a place. */
export function where({ project, region }: Place): string {
  return `--project=${quoted(project)} --region=${quoted(region)}`;
}

/** A service or connector as an argument, with the flags of the place where it is: of the document's region, or of its own. */
export function named(identity: string, { project, region: home }: Place): string {
  const { name, region } = locatedOf(identity, home);
  return `${quoted(name)} ${where({ project, region })}`;
}

/** As a POSIX shell reads it: plain words as they are, all else in single quotes. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
