import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/duration.ts';
import type { Mutation } from '../../../src/core/model/mutation.ts';
import { SIGN_OFF } from '../../../src/core/sign-off.ts';
import { renderHandoff } from '../../../src/report/documents/handoff.ts';
import { instant } from '../../../src/report/formatting.ts';
import { BACKEND, NOW } from '../../diagnosis/fixtures.ts';
import { escalatedRun, line, recoveredRun } from '../journal.ts';
import { toldOf } from './told.ts';

const handoff = (lines: Parameters<typeof toldOf>[0], extras = {}): string => renderHandoff(toldOf(lines, extras));

/** The lines of one section. */
function sectionOf(text: string, title: string): string {
  const [, rest = ''] = text.split(`\n## ${title}\n`);
  return rest.split('\n## ')[0] ?? '';
}

const changed = (lines: ReturnType<typeof recoveredRun>, event: string, change: Partial<Mutation>) =>
  lines.map((each) => {
    if (each.event !== event) return each;
    const data = each.data as { readonly mutation: Mutation };
    return { ...each, data: { ...data, mutation: { ...data.mutation, ...change } } };
  });

describe('the handoff', () => {
  const whole = handoff(recoveredRun());

  test('has all that the next team needs, in boxes to tick and commands to paste', () => {
    for (const title of [
      'Affected components',
      'Evidence',
      'What was tried',
      'In force now, and how to undo it',
      'Cannot be undone',
      'Watch it',
      'Validate it',
      'Success criteria',
      'Validation within one hour of a fix',
      'Communication',
      'Timeline (UTC)',
      'Sign-off',
    ])
      expect(whole, title).toContain(`\n## ${title}\n`);
    expect(sectionOf(whole, 'Affected components')).toMatch(/- \[ \] Look at it[\s\S]*gcloud run services describe/);
  });

  test('offers to undo only what is in force: not what was put back, replaced or cannot be undone', () => {
    const standing = sectionOf(whole, 'In force now, and how to undo it');
    expect(standing).toContain('- [ ] Pin 100 %');
    expect(standing).not.toContain('- [ ] Scale');
    expect(sectionOf(whole, 'Cannot be undone')).toContain('- Scale');
    const back: Partial<Mutation> = { stepId: `restore:${BACKEND}`, title: 'Put back', undo: '' };
    const pinned = recoveredRun().find(({ event }) => event === 'pinTraffic.done')!.data as { readonly mutation: Mutation };
    const restored = line(60, 'restoreTraffic.done', 'restoring.choosing', {
      mutation: { ...pinned.mutation, ...back, key: 'k', at: NOW + 60 * MINUTE, after: pinned.mutation.before },
      exact: true,
      note: null,
    });
    const after = sectionOf(handoff([...recoveredRun().slice(0, -1), restored]), 'In force now, and how to undo it');
    expect(after).not.toContain('- [ ] Pin 100 %');
    expect(after).toMatch(/Not in force any more:[\s\S]*Pin 100 %[^\n]*put back since/);
  });

  test('says of two changes of the same traffic that the later one stands, with the way back to before the run', () => {
    const [first, second] = ['UNDO-FIRST', 'UNDO-SECOND'];
    const pin = changed(recoveredRun(), 'pinTraffic.done', { undo: first });
    const data = pin.find(({ event }) => event === 'pinTraffic.done')!.data as { readonly mutation: Mutation };
    const again = line(45, 'shiftTraffic.done', 'services.shiftingTraffic.applying', {
      operation: 'o',
      mutation: { ...data.mutation, key: 'later', title: 'Shift all', at: NOW + 45 * MINUTE, undo: second },
    });
    const done = line(46, 'awaitTraffic.done', 'services.stabilizing', {
      ok: true,
      reason: null,
      message: null,
      revision: null,
      generation: '9',
    });
    const standing = sectionOf(handoff([...pin.slice(0, -2), again, done]), 'In force now, and how to undo it');
    expect(standing).toMatch(/- \[ \] Shift all: [^\n]*undo: UNDO-SECOND; as before the run: UNDO-FIRST/);
    expect(standing).not.toContain('- [ ] Pin');
    expect(standing).toMatch(/Pin 100 %[^\n]*replaced by a later change of this run \(Shift all\)/);
  });

  test('gives a validation one hour from the last change, and says whether there was one', () => {
    const last = NOW + 10 * MINUTE;
    const validated = recoveredRun().map((each) =>
      each.event === 'validate.done' ? { ...each, data: { ...(each.data as object), at: NOW + 21 * MINUTE } } : each,
    );
    expect(sectionOf(handoff(validated), 'Validation within one hour of a fix')).toContain(
      'validated at 2025-09-16 03:21:00Z, 11m later: pass.',
    );
    const without = handoff(recoveredRun().filter(({ event }) => event !== 'validate.done'));
    expect(sectionOf(without, 'Validation within one hour of a fix')).toContain(
      `to be validated by ${instant(last + HOUR)}. No validation`,
    );
    expect(handoff(escalatedRun('Reason: x'))).toContain('This run has changed nothing, so no deadline runs from it.');
  });

  test('says of a handed-over run what did not pass at that moment, since when and how often', () => {
    const text = handoff(escalatedRun('Reason: no improvement in 2h\nProject p.'));
    expect(text).toContain('ended escalated after 2h, then followed for 6h 1m');
    expect(text).toMatch(/What did not pass at that moment: .*fails, not passing since .* \(1 of 1 looks\)/);
  });

  test('shows who has signed, when and what for; nobody is said as nobody', () => {
    expect(whole).toContain('Nobody has signed this run.');
    const signed = line(60, SIGN_OFF, null, { by: 'ann@laptop', name: 'Ann', decision: 'rejected', note: 'p95 still 3 s' }, 'command');
    expect(handoff([...recoveredRun(), signed])).toContain(`- ${instant(signed.at)} Ann (by their own word): rejected: p95 still 3 s`);
  });

  test('says first that a rehearsal was one', () => {
    expect(handoff(recoveredRun(), { scenario: 'x', seed: 1 }).split('\n')[2]).toContain('REHEARSAL (scenario x)');
    expect(whole).not.toContain('REHEARSAL');
  });

  test('names no project that it does not know, and says so', () => {
    const text = handoff(escalatedRun('x'));
    expect(text).toContain('replace PROJECT and REGION');
    expect(whole).not.toContain('PROJECT');
  });
});
