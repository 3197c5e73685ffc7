import { describe, expect, test } from 'vitest';
import { formerRuns } from '../../machines/records/records.ts';
import { buildReport } from '../../../src/report/build-report.ts';
import { renderHtml } from '../../../src/report/html/page.ts';
import { BROKEN, strayIn, textOf } from './reading.ts';

/** What released versions left to be written into the journal. */
const LEFT = formerRuns('0.1.0-115ca79').filter(({ record }) => record.pending.length > 0);

describe('a journal of 0.1.0', () => {
  test('is shown as far as it says anything, whatever line it ends with', () => {
    const events = new Set<string>();
    for (const { record } of LEFT) {
      const page = renderHtml(buildReport(record.pending), record.pending);
      expect(BROKEN.exec(textOf(page))?.[0] ?? null, record.pending.map(({ event }) => event).join(' ')).toBeNull();
      expect(strayIn(page)).toBe(-1);
      for (const { event } of record.pending) events.add(event);
    }
    expect(events.size).toBeGreaterThan(10);
  });
});
