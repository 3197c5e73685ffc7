/** Where commands act. */
export interface Place {
  readonly project: string;
  readonly region: string;
}

/** The flags that name a place. */
export function where({ project, region }: Place): string {
  return `--project=${quoted(project)} --region=${quoted(region)}`;
}

/** As a POSIX shell reads it: plain words as they are, all else in single quotes. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
