import { describe, expect, test } from 'vitest';
import { listScenarios, readScenario } from '../../src/simulator/scenario.ts';
import { firstLook } from './confusion-matrix.ts';
import { diagnosisOf } from './made/grade.ts';

/** What no line tells: the look sees it elsewhere, and the capture must say so instead of naming another cause. */
const BEYOND_LINES: Readonly<Record<string, RegExp>> = {
  // Google tells its incidents in Service Health; its 503 look like anybody's.
  'provider-incident': /look at Personalized Service Health/,
  // A certificate of Compute Engine writes nothing when it runs out, and a handshake that fails is no request.
  'expired-certificate': /look at the certificates/,
  // Whether errors that nobody knows harm anybody is told by probes and figures of all requests.
  'noisy-healthy': /look at probes and request metrics/,
};

const NAMES = listScenarios().map(({ name }) => name);

describe('a look at a world and its exported log', () => {
  test.each(NAMES.filter((name) => BEYOND_LINES[name] === undefined))('%s: name the same first cause', async (name) => {
    const { said, exported } = await firstLook(readScenario(name));
    const { verdict, diagnosis } = diagnosisOf(JSON.stringify(exported));
    const [first] = diagnosis.causes;
    expect(first?.kind ?? 'healthy').toBe(said);
    if (said === 'healthy') expect(['quiet', 'inconclusive']).toContain(verdict);
  });

  test.each(Object.entries(BEYOND_LINES))(
    '%s: where lines cannot tell, the export names no cause and says where to look',
    async (name, where) => {
      const { exported } = await firstLook(readScenario(name));
      const { diagnosis } = diagnosisOf(JSON.stringify(exported));
      for (const { kind, confidence } of diagnosis.causes) expect({ kind, confidence }).toEqual({ kind: 'unknown', confidence: 0.3 });
      expect(diagnosis.unknowns.join('\n')).toMatch(/what lines cannot tell: /);
      expect(diagnosis.unknowns.join('\n')).toMatch(where);
    },
  );
});
