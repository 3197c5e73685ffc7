import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { JournalLine } from '../../../src/ports/store.ts';
import { buildReport } from '../../../src/report/build-report.ts';
import { renderHtml } from '../../../src/report/html/page.ts';
import { HOSTILE, PAINT } from '../../security/hostile.ts';
import { escalatedRun, line, recoveredRun, tick } from '../journal.ts';
import { ATTRIBUTES, BROKEN, strayIn, TAGS, tagsOf, textOf } from './reading.ts';

const page = (lines: readonly JournalLine[]): string => renderHtml(buildReport(lines), lines);
const EVIL = `<script>alert(1)</script>"'><img src=x onerror=alert(2)></title></svg><style>*{}</style>${HOSTILE}`;

/** The journal with somebody's text at the end of every string, but for what the program itself reads by its words. */
function bent(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return /^(?:kind|class|outcome|decision|event|stepId|id)$/.test(key) ? value : `${value}${EVIL}`;
  if (Array.isArray(value)) return value.map((one) => bent(one, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [key === 'gates' ? `${name}${EVIL}` : name, bent(field, name)]));
}

const hostile = (lines: readonly JournalLine[]): readonly JournalLine[] => lines.map((one) => ({ ...one, data: bent(one.data) }));

describe.each([
  ['a recovery', recoveredRun()],
  ['an escalation', escalatedRun(`Reason: no improvement in 2h\n${EVIL}`)],
])('%s, with somebody’s text in every place', (_name, lines) => {
  const rendered = page(hostile(lines));

  test('is made of nothing that loads, runs or sends anything', () => {
    const tags = tagsOf(rendered);
    expect([...new Set(tags.map(({ name }) => name))].filter((name) => !TAGS.has(name))).toEqual([]);
    expect([...new Set(tags.flatMap(({ attributes }) => attributes))].filter((name) => !ATTRIBUTES.has(name))).toEqual([]);
    expect([...rendered.matchAll(/href="([^"]*)"/g)].map(([, to]) => to!).filter((to) => !to.startsWith('#'))).toEqual([]);
    expect(rendered.match(/<style/g)).toHaveLength(1);
    expect(strayIn(rendered)).toBe(-1);
  });

  test('shows that text as text, and nothing in it paints or turns the reading', () => {
    expect(rendered).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x');
    expect(rendered).not.toContain('<script');
    expect(PAINT.exec(rendered)).toBeNull();
  });
});

describe('the page', () => {
  const rendered = page(recoveredRun());

  test('allows itself its own style sheet and nothing else', () => {
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(rendered) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(rendered).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;">`,
    );
    expect(rendered).not.toMatch(/\sstyle="|url\((?!#)|@import/);
  });

  test('can be read out: one first heading, none left out below it, every table and picture has its words', () => {
    const levels = [...rendered.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, index) => index === 0 || level <= levels[index - 1]! + 1)).toBe(true);
    const count = (what: RegExp): number => [...rendered.matchAll(what)].length;
    expect(count(/<table/g)).toBe(count(/<table class="\w+"><caption>[^<]+<\/caption>/g));
    expect(count(/<svg [^>]*role="img"/g)).toBe(count(/<svg [^>]*role="img"[^>]*><title>[^<]+<\/title>/g));
    expect(rendered).toContain('<html lang="en">');
  });

  test('begins with the outcome, its cause, and what is to be done', () => {
    expect(rendered).toMatch(/<h1>Recovered after 51m<\/h1>[\s\S]*Cause: [\s\S]*What to do now/);
  });

  test('of the same lines is the same page', () => {
    expect(page(recoveredRun())).toBe(rendered);
  });
});

describe('what it says is so', () => {
  test('of a run that has not ended: up to when, and that nobody is asked', () => {
    const text = textOf(page(recoveredRun().slice(0, 10)));
    expect(text).toContain('At work: not ended at');
    expect(text).toContain('This run had not ended when this page was made: it holds what was written up to 2025-09-16 03:07:00Z');
    expect(text).toContain('Nothing is asked of you');
  });

  test('of a run that waits for a human: what it asks', () => {
    const lines = [
      ...recoveredRun().slice(0, 5),
      line(1, 'HOLD', 'capacity.waitingForRelease', { by: 'ann', reason: 'look' }, 'command', ['working.operator.held']),
    ];
    expect(textOf(page(lines))).toMatch(/Waiting for a human: not ended.*Answer: Held: HOLD by ann/);
  });

  test('nothing is shown as measured after a change before a look lies wholly after it', () => {
    const text = textOf(page([...recoveredRun().slice(0, 10), tick(8.5, 'capacity.settling', true)]));
    expect(text).toContain('→ not measured since 03:07');
    expect(text).not.toContain('✓ meets its goal');
  });

  test('the way back stands only at what is in force', () => {
    const text = textOf(page(recoveredRun()));
    expect(text.match(/the way back (?!is shown)/g)).toHaveLength(buildReport(recoveredRun()).undo.length);
    const failed = recoveredRun().map((one) =>
      one.event === 'awaitConnector.done'
        ? { ...one, data: { ok: false, reason: 'stockout', message: 'none left', revision: null, generation: null } }
        : one,
    );
    expect(textOf(page(failed)).match(/the way back (?!is shown)/g)).toHaveLength(buildReport(recoveredRun()).undo.length - 1);
  });

  test('an escalation is told by when it was decided and how long it was followed', () => {
    const text = textOf(page(escalatedRun('Reason: no improvement in 2h')));
    expect(text).toContain('Escalated to people after 2h, followed for 6h 1m');
    expect(text).toContain('handed over: looking, and writing no more');
  });

  test('the same again and again is one line of the log, with how often and from when to when', () => {
    const failing = (minutes: number): JournalLine =>
      line(minutes, 'validate.done', 'proving.validatingAgain', {
        at: 1,
        verdict: { outcome: 'fail', because: 'catalogue answers 404' },
        passRate: 0,
        checks: [],
      });
    const lines = [...recoveredRun().slice(0, 5), ...Array.from({ length: 598 }, (_, nth) => failing(10 + nth))];
    expect(textOf(page(lines))).toContain('598 × 03:10–13:07 validating Validation: fail: catalogue answers 404');
  });

  test('what a journal of a former version lacks is said, and it is drawn all the same', () => {
    const rendered = page(recoveredRun());
    expect(textOf(rendered)).toContain('written by a version that kept no figures by service');
    expect(rendered).toContain('<h3>CPU of the connector</h3>');
  });

  test('what became better is held against the services that the run did not touch', () => {
    expect(textOf(page(recoveredRun()))).toMatch(/Did the run do it\? (?:Nothing speaks against it|It is not known whether)/);
    expect(textOf(page(escalatedRun('Reason: x')))).not.toContain('Did the run do it?');
  });

  test('who has signed stands with what is left to do, as they call themselves', () => {
    const signed = line(60, 'SIGN_OFF', null, { name: 'ann', decision: 'accepted', note: 'looks well' }, 'command');
    const text = textOf(page([...recoveredRun(), signed]));
    expect(text).toContain('accepted by ann (claimed), 2025-09-16 04:00:00Z: looks well');
    expect(text).toContain('Recovered after 51m');
    expect(text).toContain('By the state that the run was in between two lines of its journal: 51m in all.');
  });

  test('an empty journal is a page, too', () => {
    expect(textOf(page([]))).toContain('No line of a run: nothing is known');
    expect(textOf(page([]))).not.toMatch(BROKEN);
  });

  test('any line may be the last, be missing, or say nothing', () => {
    for (const [index, one] of recoveredRun().entries())
      for (const lines of [
        recoveredRun().slice(0, index),
        recoveredRun().toSpliced(index, 1),
        recoveredRun().with(index, { ...one, data: {} }),
        recoveredRun().with(index, { ...one, data: null }),
      ])
        expect(BROKEN.exec(textOf(page(lines)))?.[0] ?? null, `${one.event} at ${index}`).toBeNull();
  });

  test('a line that does not look like what it says breaks nothing', () => {
    const odd = [{ html: '<script>' }, [1], 'x', null].map((data, nth) =>
      line(nth, 'observe.done', 'capacity.settling', {
        ...(tick(0, 'a', true).data as object),
        row: data,
        seen: data,
        measures: data,
        before: null,
      }),
    );
    const rendered = page([...recoveredRun().slice(0, 3), ...odd]);
    expect(rendered).not.toContain('<script');
    expect(textOf(rendered)).not.toMatch(BROKEN);
  });
});
