import { resolve } from 'node:path';
import type { Reach } from '../controller/message.ts';
import { UserError } from '../core/errors.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { quoted } from '../core/shell.ts';
import { targetOf } from '../spec/target.ts';
import type { VerbDeps } from './deps.ts';

/** Goes before the page that the document names. */
const PAGE = 'FIREBREAK_PAGE';

/** What messages say of where to look and what to paste. Throws `UserError` where FIREBREAK_PAGE is no address. */
export function reachOf(spec: RemediationSpec, state: string, { env, cwd }: Pick<VerbDeps, 'env' | 'cwd'>): Reach {
  const named = env[PAGE] ?? '';
  if (named !== '' && !/^https?:\/\/\S+$/.test(named))
    throw new UserError('usage-page', `${PAGE} is no http(s) address`, 'set it to the address under which people reach `firebreak serve`');
  const place = state.startsWith('gs://') ? state : resolve(cwd, state);
  return {
    page: named === '' ? spec.communication.page : named,
    command: (words) => {
      const target = words.startsWith('report ') ? '' : ` --target ${quoted(targetOf(spec))}`;
      return `firebreak ${words} --state ${quoted(place)}${target}`;
    },
  };
}
