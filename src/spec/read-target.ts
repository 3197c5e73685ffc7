import { UserError } from '../core/errors.ts';
import { parseText } from './parse.ts';
import { targetOf } from './target.ts';

/**
 * Only which target a document is about. Steering a run must not fail because something else in the document has been
 * broken since: nothing but these three names is judged. Throws `UserError` when they are not there.
 */
export function readTarget(text: string, fileName: string): string {
  const { value } = parseText(text, fileName);
  const name = textAt(value, ['metadata', 'name']);
  const project = textAt(value, ['spec', 'project']);
  const region = textAt(value, ['spec', 'region']);
  if (name !== null && project !== null && region !== null) return targetOf({ project, region, name });
  throw new UserError(
    'spec-no-target',
    `${fileName}: metadata.name, spec.project and spec.region say which run is meant, and not all of them are there`,
    'add them, or name the run with --target PROJECT/REGION/NAME',
  );
}

function textAt(value: unknown, path: readonly string[]): string | null {
  let at = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return null;
    at = Object.entries(at).find(([key]) => key === part)?.[1];
  }
  return typeof at === 'string' && /^[A-Za-z0-9.:-]+$/.test(at) && !at.startsWith('.') ? at : null;
}
