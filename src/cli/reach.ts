import { resolve } from 'node:path';
import type { Reach } from '../controller/message.ts';
import { completed } from '../core/commands.ts';
import { UserError } from '../core/errors.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { targetOf } from '../spec/target.ts';
import type { VerbDeps } from './deps.ts';

/** Goes before the page that the document names. */
const PAGE = 'FIREBREAK_PAGE';

interface Where {
  readonly state: string;
  readonly endpoint?: string | undefined;
  readonly clock?: string | undefined;
}

/** What messages say of where to look and what to paste, wherever they are read. Throws `UserError` where FIREBREAK_PAGE is no address. */
export function reachOf(spec: RemediationSpec, { state, endpoint, clock }: Where, { env, cwd }: Pick<VerbDeps, 'env' | 'cwd'>): Reach {
  const named = env[PAGE] ?? '';
  if (named !== '' && !/^https?:\/\/\S+$/.test(named))
    throw new UserError('usage-page', `${PAGE} is no http(s) address`, 'set it to the address under which people reach `firebreak serve`');
  const place = { state: state.startsWith('gs://') ? state : resolve(cwd, state), target: targetOf(spec), endpoint, clock };
  return { page: named === '' ? spec.communication.page : named, completed: (text) => completed(text, place) };
}
