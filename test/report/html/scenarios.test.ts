import { describe, expect, test } from 'vitest';
import { buildReport } from '../../../src/report/build-report.ts';
import { figuresIn } from '../../../src/report/figures/figures.ts';
import { renderHtml } from '../../../src/report/html/page.ts';
import { listScenarios, readScenario } from '../../../src/simulator/scenario.ts';
import { tell } from '../../scenarios/rehearsed.ts';
import { spread } from '../../spread.ts';
import { ATTRIBUTES, BROKEN, TAGS, tagsOf, textOf } from './reading.ts';

/** A run that had nothing to do, one that put back what it had changed and one that was refused; all of them in scenarios.long.ts. */
const SHOWN = spread(
  listScenarios().map(({ name }) => name),
  (name) => ['already-healthy', 'bad-deploy', 'permission-denied'].includes(name as string),
);

describe.each(SHOWN)('%s as a page', (name) => {
  test('shows every figure or says that there is none, and cuts no sentence of its own', async () => {
    const { lines } = (await tell(readScenario(name))).rehearsed;
    // Whole, and as it stood in the middle.
    for (const shown of [lines, lines.slice(0, Math.ceil(lines.length / 2))]) {
      const page = renderHtml(buildReport(shown), shown);
      const text = textOf(page);
      expect(BROKEN.exec(text)?.index ?? -1, text.slice(Math.max(0, (BROKEN.exec(text)?.index ?? 0) - 80)).slice(0, 160)).toBe(-1);
      expect(text).not.toMatch(/(?:Seen|First look): [^.]*…/);
      expect(text).toContain(`REHEARSAL of ${name}`);
      expect(tagsOf(page).filter(({ name: tag, attributes }) => !TAGS.has(tag) || attributes.some((one) => !ATTRIBUTES.has(one)))).toEqual(
        [],
      );
      const { looks, measures } = figuresIn(shown);
      for (const part of looks.length === 0 ? [] : (measures?.parts ?? [])) expect(page).toContain(part.slice(part.indexOf(':') + 1));
    }
  });
});
