import { describe, expect, it } from 'vitest';
import { Watch, watchLine } from '../../../src/controller/validating/watch.ts';
import { MINUTE, SECOND } from '../../../src/core/duration.ts';
import { absent } from '../../../src/core/model/measured.ts';
import type { Observation } from '../../../src/core/model/observation.ts';
import { BACKEND, NEW_BACKEND, NOW, SPEC, believedWorld, logGroup, wellWorld } from '../../diagnosis/fixtures.ts';

const later = (observation: Observation, ms: number): Observation => ({ ...observation, at: observation.at + ms });

describe('a look of the watch', () => {
  it('is healthy in one line when nothing is wrong', () => {
    const tick = new Watch(SPEC).judge(wellWorld());
    expect(tick).toMatchObject({ outcome: 'pass', component: null, cause: null, origin: null, trend: { direction: 'unknown' } });
    expect(watchLine(tick)).toMatch(
      /^03:00:00Z {2}healthy {3}\| 3 services healthy, connector well \| up 3\/3, 5xx 0 %, p95 .+, connector 35 % \| trend unknown$/,
    );
  });

  it('names component and origin: infrastructure for a saturated connector', () => {
    const tick = new Watch(SPEC).judge(believedWorld());
    expect(tick).toMatchObject({ outcome: 'fail', origin: { kind: 'infrastructure' } });
    expect(tick.origin?.share).toBeGreaterThan(0.5);
    expect(watchLine(tick)).toMatch(/^03:00:00Z {2}UNHEALTHY \| infrastructure \d+ %: [\w-]+ \(.+\) \| /);
  });

  it('names the application for a crash of its own', () => {
    const dead = {
      ...wellWorld(),
      logs: {
        ...wellWorld().logs,
        value: [
          logGroup('import-error', BACKEND, NEW_BACKEND, 9, { facts: { module: 'x.y' }, lastAt: NOW }),
          logGroup('container-exit', BACKEND, NEW_BACKEND, 9, { lastAt: NOW }),
        ],
      },
    };
    const watch = new Watch(SPEC);
    const [first, , third] = [0, 1, 2].map((look) => watch.judge(later(dead, look * 30 * SECOND)));
    expect(first?.outcome).toBe('inconclusive');
    expect(third).toMatchObject({ outcome: 'fail', cause: 'application-crash', origin: { kind: 'application' } });
  });

  it('is unknown, not healthy, when the logs cannot be read', () => {
    const blind = { ...wellWorld(), logs: absent<never>('logging', 'PERMISSION_DENIED') };
    const tick = new Watch(SPEC).judge(blind);
    expect(tick.outcome).toBe('error');
    expect(watchLine(tick)).toContain('ERROR');
  });

  it('tells the trend against the oldest look of ten minutes', () => {
    const watch = new Watch(SPEC);
    const directions = [
      watch.judge(believedWorld()),
      watch.judge(later(believedWorld(), MINUTE)),
      watch.judge(later(wellWorld(), 2 * MINUTE)),
      watch.judge(later(wellWorld(), 11 * MINUTE)),
      watch.judge(later(wellWorld(), 13 * MINUTE)),
      watch.judge(later(believedWorld(), 14 * MINUTE)),
    ].map(({ trend }) => trend.direction);
    expect(directions).toEqual(['unknown', 'steady', 'better', 'better', 'steady', 'worse']);
  });
});
