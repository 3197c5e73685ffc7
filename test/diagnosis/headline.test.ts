import { expect, test } from 'vitest';
import { headline } from '../../src/diagnosis/headline.ts';
import { believedWorld } from './fixtures.ts';

const WORDS =
  'http://127.0.0.1:8080/_services/netra-auth-service/health gave no answer (deadline); netra-auth-service: 212 of 212 requests failed (100 %, goal 1 %)';

test('how much more there is, is never cut off, and no word or number is cut in two', () => {
  for (let length = 120; length <= WORDS.length; length += 1) {
    const because = `${WORDS}${' and so on'.repeat(5)}`.slice(0, length + 20).trimEnd();
    const fails = { outcome: 'fail' as const, because };
    const line = headline(believedWorld(), { 'healthy:a': fails, 'healthy:b': fails, connector: fails });
    expect(line).toMatch(/ \(and 2 more\)$/);
    expect(line.length).toBeLessThanOrEqual(161);
    const said = line.slice(0, -' (and 2 more)'.length);
    if (!said.endsWith('…')) expect(said).toBe(because);
    else expect(because.slice(said.length - 1)).toMatch(/^\s/);
  }
});
