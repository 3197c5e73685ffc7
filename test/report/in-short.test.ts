import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/core/model/plan.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { inShort } from '../../src/report/in-short.ts';
import { notDoneOf } from '../../src/report/not-done.ts';
import { renderMarkdown } from '../../src/report/render/render-markdown.ts';
import { renderText } from '../../src/report/render/render-text.ts';
import type { JournalLine } from '../../src/ports/store.ts';
import { escalatedRun, line, PLAN, recoveredRun, tick } from './journal.ts';

const shortOf = (lines: readonly JournalLine[]): Readonly<Record<string, string>> => Object.fromEntries(inShort(buildReport(lines)));

describe('the end of a report', () => {
  test('says what happened, why, how it stands, what is in force and what to do', () => {
    const short = shortOf(escalatedRun('Why we call: no improvement in 2h.'));
    expect(short).toMatchObject({
      'What happened': 'Escalated to people after 2h, followed for 6h 1m. Nothing was changed by this run.',
      'In force by this run': 'No change of this run is in force.',
      'What to do now':
        'Whoever got the text of the case has the incident: agree on who that is. The incident is not proven to be over: look again with firebreak diagnose.',
    });
    expect(short['How it stands']).toMatch(
      /^By the last look of the run 0 of 2 gates passed\. netra-backend-staging is healthy: fails: \/health/,
    );
  });

  test.each([
    ['text', renderText],
    ['Markdown', renderMarkdown],
  ])('is the last section of the %s', (_, render) => {
    const [, ...sections] = render(buildReport(recoveredRun())).split(/\n(?=(?:## )?[A-Z][^\n]*\n(?: {2}\S|\n))/);
    expect(sections.at(-1)).toMatch(/In short[\s\S]*What happened.*Recovered after 51m[\s\S]*What to do now/);
  });

  test('names what cannot be undone, and what was not looked at', () => {
    expect(shortOf(recoveredRun())['In force by this run']).toMatch(/Scale .* \(cannot be undone\)/);
    expect(shortOf([])).toMatchObject({
      'What happened': expect.stringContaining('nothing is known'),
      'How it stands': 'Nothing was looked at.',
    });
  });

  test('says why a step was undone, which only people were told, and what was found to be wrong after it', () => {
    const told = line(30, 'inform.done', 'undoing', {
      told: 1,
      text: 'shop (p, r): Deploy web: does not work: in 4 looks probes failed in 3; 1 died. Only this step is undone: the traffic of web.\nMeanwhile: x',
    });
    const before = escalatedRun('Why we call: x').toSpliced(-1, 0, told);
    expect(shortOf(before)['Why']).toContain('Undone at 03:30:00: Deploy web: does not work: in 4 looks probes failed in 3; 1 died.');
    expect(renderText(buildReport(before))).toContain('To be undone: Deploy web: does not work');
  });

  test('names who ended it and why, of a run that a person has stopped', () => {
    const order = line(20, 'ABORT', 'capacity.settling', { by: 'ann', reason: 'we fail over' }, 'command');
    const ended = line(21, 'run.ended', null, { outcome: 'aborted' });
    expect(shortOf([...recoveredRun().slice(0, -2), order, ended])['Why']).toContain(
      'Ended by an order: ABORT by ann (claimed): we fail over.',
    );
    expect(buildReport([...recoveredRun().slice(0, -2), ended]).stopped).toBeNull();
  });

  test('calls healthy what never was anything else, and not recovered', () => {
    const well = { at: 0, healthy: true, causes: [], whys: [], unknowns: [] };
    const ended = line(31, 'run.ended', null, { outcome: 'recovered' });
    const lines = [line(0, 'diagnose.done', 'assessing', well), tick(1, 'proving.soaking', true), ended];
    expect(shortOf(lines)['What happened']).toBe('Healthy: nothing was found to be wrong in 31m. Nothing was changed by this run.');
  });
});

describe('what was not done', () => {
  const [step] = PLAN.steps.filter(({ decision }) => decision === 'apply');
  const planned = (decision: string, reason: string): Plan => ({
    ...PLAN,
    steps: [{ ...step!, id: 'deploy:web', title: 'Deploy web', decision: decision as 'apply', reason }],
  });
  const at = (minutes: number, plan: Plan): JournalLine => line(minutes, 'plan.done', 'capacity.settling', plan);
  const suspected = planned('skip', 'only suspected, in 1 of 3 looks');

  test('is told with the reason of the newest plan alone', () => {
    const report = buildReport([at(0, suspected), at(1, planned('skip', 'a new revision cannot mend that'))]);
    expect(notDoneOf(report).leftOut.map(({ reason }) => reason)).toEqual(['a new revision cannot mend that']);
    expect(notDoneOf(report).putOff.map(({ reason }) => reason)).toEqual(['only suspected, in 1 of 3 looks']);
  });

  test('is no longer left out once it was planned: the run did not come so far', () => {
    const lines = [at(0, suspected), at(1, planned('apply', 'is ill')), at(2, planned('apply', 'is ill'))];
    const report = buildReport([...lines, line(3, 'run.ended', null, { outcome: 'aborted' })]);
    expect(notDoneOf(report)).toMatchObject({
      leftOut: [],
      notBegun: [{ title: 'Deploy web', words: 'planned at 03:01:00; the run had not come so far: it got to capacity' }],
    });
    expect(renderText(report)).toMatch(/Planned, and not begun\n {2}Deploy web: planned at 03:01:00/);
    expect(notDoneOf(buildReport(lines)).notBegun[0]?.words).toContain('not begun yet');
    const proven = buildReport([...lines, tick(3, 'proving.soaking', true)]);
    expect(notDoneOf(proven).notBegun[0]?.words).toContain('passed over when its turn came');
  });
});
