import { describe, expect, test } from 'vitest';
import { journalDamage } from '../../src/cli/runs/journal-damage.ts';
import { chainLine } from '../../src/durable/journal.ts';
import { MINUTE } from '../../src/core/duration.ts';
import type { Mutation } from '../../src/core/model/mutation.ts';
import type { JournalLine } from '../../src/ports/store.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { renderMarkdown } from '../../src/report/render/render-markdown.ts';
import { renderText } from '../../src/report/render/render-text.ts';
import { recordAt } from '../store/contract.ts';
import { NOW } from '../diagnosis/fixtures.ts';
import { line, recoveredRun, tick } from './journal.ts';

describe('figures after a change', () => {
  const change = (minutes: number): JournalLine => ({
    ...recoveredRun().find(({ event }) => event === 'pinTraffic.done')!,
    at: NOW + minutes * MINUTE,
  });

  test('come only from a look whose window lies wholly after the last change', () => {
    const lines = [tick(0, 'assessing.observing', false), withMutationAt(change(10), 10), tick(12, 'restoring.settlingBack', true)];
    expect(buildReport(lines).indicators).toMatchObject({ after: null, changedAt: NOW + 10 * MINUTE });
    expect(renderText(buildReport(lines))).toContain('→  not measured since the last change (03:10:00)');
    const later = [...lines, tick(18, 'proving.soaking', true)];
    expect(buildReport(later).indicators.after).toMatchObject({ servicesUp: 3 });
  });

  test('are those of the newest look where nothing was changed', () => {
    expect(buildReport([tick(0, 'proving.soaking', false), tick(1, 'proving.soaking', true)]).indicators.after).toMatchObject({
      servicesUp: 3,
    });
  });
});

describe('the same thing again and again', () => {
  test('is one line of the timeline with how often and until when; a change is told each time', () => {
    const failing = (minutes: number): JournalLine =>
      line(minutes, 'validate.done', 'proving.validatingAgain', {
        verdict: { outcome: 'fail', because: `${minutes} % of 10 checks` },
        checks: [],
      });
    const text = renderText(buildReport([failing(1), failing(2), failing(3)]));
    expect(text.match(/Validation: fail/g)).toHaveLength(1);
    expect(text).toContain('(3 × 03:01:00–03:03:00)');
  });
});

test('what keeps the run waiting stands in the timeline as people were told it', () => {
  const told = (minutes: number, text: string): JournalLine => line(minutes, 'inform.done', 'proving.soaking', { told: 1, text });
  const words = renderText(
    buildReport([told(1, 'shop (p, r): waiting: users of web fail 2 times'), told(2, 'shop (p, r): done: a step.')]),
  );
  expect(words).toContain('Told: waiting: users of web fail 2 times');
  expect(words).not.toContain('Told: done');
});

describe('a damaged journal', () => {
  const whole = recoveredRun();

  test('is told above everything else, in text and Markdown, and what it lacks comes from the record', () => {
    const lost = whole.find(({ event }) => event === 'scaleConnector.done')!;
    const recorded = (lost.data as { readonly mutation: Mutation }).mutation;
    const report = buildReport(
      whole.filter((each) => each !== lost && each.event !== 'awaitConnector.done'),
      { damage: 'line 7: line 6 is missing', recorded: [recorded] },
    );
    expect(renderText(report).split('\n')[0]).toBe(
      'THE JOURNAL OF THIS RUN IS DAMAGED (line 7: line 6 is missing): what follows may lack changes and decisions.',
    );
    expect(renderMarkdown(report)).toContain('**THE JOURNAL OF THIS RUN IS DAMAGED');
    expect(renderText(report)).toContain(
      `${recorded.title}: asked for; its end is not known (the journal has no line of it; the record of the run remembers it)`,
    );
  });

  test('adds nothing that the journal tells itself', () => {
    const recorded = whole.flatMap(({ data }) => ('mutation' in (data as object) ? [(data as { mutation: Mutation }).mutation] : []));
    expect(buildReport(whole, { damage: 'x', recorded }).mutations).toEqual(buildReport(whole).mutations);
  });
});

describe('the preflight', () => {
  test('does not say that nothing is missing while it warns of something', () => {
    const warned = line(0.1, 'preflight.done', 'assessing.observing', {
      refusals: [],
      warnings: ['API cloudsupport.googleapis.com is off'],
    });
    const text = renderText(buildReport([warned]));
    expect(text).toContain('nothing that a write needs is missing; a warning: API cloudsupport.googleapis.com is off');
    expect(text).toContain('Known at the start\n  API cloudsupport.googleapis.com is off');
  });
});

function withMutationAt(found: JournalLine, minutes: number): JournalLine {
  const data = found.data as { readonly mutation: Mutation };
  return { ...found, data: { ...data, mutation: { ...data.mutation, at: NOW + minutes * MINUTE } } };
}

describe('the damage of a journal', () => {
  const chained: JournalLine[] = [];
  for (const each of recoveredRun()) chained.push(chainLine({ seq: chained.length, head: chained.at(-1)?.hash ?? '' }, each));
  const record = recordAt(1, 9, { journalSeq: chained.length, journalHead: chained.at(-1)!.hash, pending: [] });

  test('is none where every line follows the one before, up to the last one that the record knows', () => {
    expect(journalDamage(chained, record)).toBeNull();
    expect(journalDamage(chained.slice(0, -2), { ...record, pending: chained.slice(-2) })).toBeNull();
  });

  test('is told: a line that is missing, that was changed, and an end that is cut off', () => {
    expect(journalDamage(chained.toSpliced(4, 1), record)).toBe('line 6: line 5 is missing');
    expect(journalDamage(chained.with(4, { ...chained[4]!, at: 0 }), record)).toBe('line 5: its hash does not match what it says');
    expect(journalDamage(chained.slice(0, -2), record)).toBe(
      `its end is cut off: it holds ${chained.length - 2} of ${chained.length} lines`,
    );
  });
});
