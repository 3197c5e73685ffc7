import { invalid } from '../../surface/api-error.ts';
import { pageSize } from '../../surface/paging.ts';
import type { Query } from '../../surface/query.ts';

export interface Listed {
  readonly names: readonly string[];
  readonly prefixes: readonly string[];
  readonly nextPageToken: string | undefined;
}

/** One page of the names in a bucket: by prefix, glob and range, folded at the delimiter; the token stands for the last entry shown. */
export function listNames(all: readonly string[], query: Query): Listed {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const glob = query.get('matchGlob');
  const wanted = glob === undefined ? null : globPattern(glob);
  const from = query.get('startOffset') ?? '';
  const to = query.get('endOffset');
  const after = readToken(query.get('pageToken'));
  const size = pageSize(query.get('maxResults'), 1_000, 1_000);
  const entries = new Map<string, 'name' | 'prefix'>();
  for (const name of all) {
    if (!name.startsWith(prefix) || name < from || (to !== undefined && name >= to) || wanted?.test(name) === false) continue;
    const fold = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
    if (fold < 0) entries.set(name, 'name');
    else entries.set(name.slice(0, fold + delimiter.length), 'prefix');
  }
  const left = [...entries].filter(([entry]) => after === null || entry > after);
  const shown = left.slice(0, size);
  const last = shown.at(-1)?.[0];
  return {
    names: shown.filter(([, kind]) => kind === 'name').map(([entry]) => entry),
    prefixes: shown.filter(([, kind]) => kind === 'prefix').map(([entry]) => entry),
    nextPageToken: left.length > shown.length && last !== undefined ? writeToken(last) : undefined,
  };
}

/** `*` within a segment, `**` across them, `?` one character; sets and alternatives are not simulated. */
function globPattern(glob: string): RegExp {
  if (/[[\]{}\\]/.test(glob)) throw invalid(`The simulator does not know sets and alternatives in matchGlob: ${glob}.`, 'matchGlob');
  const pattern = glob
    .split(/(\*\*|\*|\?)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part === '?' ? '[^/]' : part.replace(/[.+^$()|]/g, '\\$&')))
    .join('');
  return new RegExp(`^${pattern}$`);
}

function writeToken(last: string): string {
  return Buffer.from(`n:${last}`).toString('base64url');
}

function readToken(token: string | undefined): string | null {
  if (token === undefined || token === '') return null;
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('n:')) throw invalid('Invalid Value', 'pageToken');
  return text.slice(2);
}
