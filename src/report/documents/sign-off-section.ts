import { quoted } from '../../core/shell.ts';
import { checklist, commands, list, plain, section } from '../markdown.ts';
import { instant } from '../formatting.ts';
import type { Story } from './story.ts';

/** Who has signed, and how the next one does. */
export function signOffSection({ signOffs, runId, state }: Pick<Story, 'signOffs' | 'runId' | 'state'>): string {
  const signed = signOffs.map(({ at, by, decision, note, taken }) =>
    plain(
      `${instant(at)} ${by} (by their own word): ${decision}${note === '' ? '' : `: ${note}`}${taken === false ? ' (left for the run, which has not taken it into its journal yet)' : ''}`,
    ),
  );
  const command = `firebreak sign-off ${quoted(runId)} --state ${quoted(state)} --by "NAME" --decision accepted --note "WHAT WAS CHECKED"`;
  return section(
    'Sign-off',
    signed.length === 0 ? 'Nobody has signed this run.' : list(signed),
    checklist(['Taken over by (name, time): ____________', 'Success criteria met (name, time): ____________']),
    'Recorded in the run itself, accepted or rejected:',
    commands([command]),
  );
}
