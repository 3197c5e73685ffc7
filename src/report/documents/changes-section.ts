import { stateWords } from '../../steps/words.ts';
import { checklist, list, plain, rows, section } from '../markdown.ts';
import type { MutationReport } from '../run-report.ts';
import { changeTimes } from '../changes/change-times.ts';
import { instant, outcomeWords } from '../formatting.ts';
import type { InForce } from './in-force-now.ts';
import { effectOf } from './effects.ts';
import type { Story } from './story.ts';

/** What was tried, with what was measured around it. */
export function triedSection({ report, lines }: Story): string {
  if (report.mutations.length === 0) return section('What was tried', 'Nothing: this run has changed nothing.');
  const body = report.mutations.map((change) => [
    instant(change.at),
    change.title,
    `${stateWords(change.before)} → ${stateWords(change.after)}`,
    [outcomeWords(change), changeTimes(change), change.since].filter((part) => part != null).join('; '),
    effectOf(change, report, lines),
  ]);
  return section(
    'What was tried',
    rows(['time', 'change', 'before → after', 'what became of it', 'measured before → after it'], body),
    'The figures are those around each change. They are no proof that the change moved them.',
  );
}

/** What stands as the run has made it, how to undo it, and what cannot be undone. */
export function inForceSection({ inForce, over, report }: Story): string {
  const undoable = inForce.filter((change) => change.class !== 'irreversible');
  const oneWay = inForce.filter((change) => change.class === 'irreversible');
  const nothing = inForce.length === 0 ? 'Nothing of this run is known to be in force.' : '';
  return [
    section(
      'In force now, and how to undo it',
      nothing,
      checklist(undoable.toReversed().map((change) => plain(`${standsWords(change)}; ${undoWords(change)}`))),
      over.length === 0 ? '' : `Not in force any more:\n\n${list(over.map((change) => plain(overWords(change))))}`,
      report.leftAsIs.length === 0
        ? ''
        : `Moved and not put back:\n\n${list(report.leftAsIs.map(({ service, recorded, why }) => plain(`${service}: ${why}; before the run: ${recorded}`)))}`,
    ),
    section('Cannot be undone', list(oneWay.map((change) => plain(`${standsWords(change)}; ${change.undo}`)))),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function standsWords({ title, at, after, outcome }: MutationReport): string {
  return `${title}: ${stateWords(after)}, since ${instant(at)}${outcome === 'pending' ? ' (asked for; its end is not known)' : ''}`;
}

function undoWords({ undo, toBeforeTheRun }: InForce): string {
  const own = undo === '' ? 'no way to undo it is recorded' : `undo: ${undo}`;
  return toBeforeTheRun === null ? own : `${own}; as before the run: ${toBeforeTheRun}`;
}

function overWords({ title, at, since, outcome }: MutationReport): string {
  if (since !== undefined) return `${instant(at)} ${title}: ${since}`;
  return `${instant(at)} ${title}: ${outcome === 'failed' ? 'FAILED' : 'carried out'}`;
}

/** What the newest plan has left out or vetoed, or what it meant to do and has not reached. */
export function notDoneSection({ plan, report }: Story): string {
  const isMade = (id: string): boolean => report.mutations.some(({ stepId, outcome }) => stepId === id && outcome !== 'failed');
  const open = (plan?.steps ?? []).filter(({ id, decision }) => decision !== 'apply' || !isMade(id));
  const said = open.map(({ title, decision, reason }) => {
    const word = decision === 'veto' ? 'vetoed' : decision === 'skip' ? 'left out' : 'planned, and not carried out';
    return plain(`${title}: ${word}: ${reason}`);
  });
  return section('Not done, and why', list(said));
}
