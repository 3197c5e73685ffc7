import { describe, expect, it } from 'vitest';
import { Monitor, monitorLine } from '../../../src/controller/validating/monitor-tick.ts';
import { MINUTE, SECOND } from '../../../src/core/duration.ts';
import { absent } from '../../../src/core/model/measured.ts';
import type { Observation } from '../../../src/core/model/observation.ts';
import { BACKEND, NEW_BACKEND, NOW, SPEC, believedWorld, logGroup, wellWorld } from '../../diagnosis/fixtures.ts';

const later = (observation: Observation, ms: number): Observation => ({ ...observation, at: observation.at + ms });

describe('a look of the watch', () => {
  it('is healthy in one line when nothing is wrong', () => {
    const tick = new Monitor(SPEC).judge(wellWorld());
    expect(tick).toMatchObject({ outcome: 'pass', component: null, cause: null, origin: null, trend: { direction: 'unknown' } });
    expect(monitorLine(tick)).toMatch(
      /^03:00:00Z {2}healthy {3}\| 3 services healthy, connector well \| up 3\/3, 5xx 0 %, p95 .+, connector 35 % \| trend unknown$/,
    );
  });

  it('names component and origin: infrastructure for a saturated connector', () => {
    const tick = new Monitor(SPEC).judge(believedWorld());
    expect(tick).toMatchObject({ outcome: 'fail', origin: { kind: 'infrastructure' } });
    expect(tick.origin?.share).toBeGreaterThan(0.5);
    expect(monitorLine(tick)).toMatch(/^03:00:00Z {2}UNHEALTHY \| infrastructure \d+ %: [\w-]+ \(.+\) \| /);
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
    const watch = new Monitor(SPEC);
    const [first, , third] = [0, 1, 2].map((look) => watch.judge(later(dead, look * 30 * SECOND)));
    expect(first?.outcome).toBe('inconclusive');
    expect(third).toMatchObject({ outcome: 'fail', cause: 'application-crash', origin: { kind: 'application' } });
  });

  it('is unknown, not healthy, when the logs cannot be read', () => {
    const blind = { ...wellWorld(), logs: absent<never>('logging', 'PERMISSION_DENIED') };
    const tick = new Monitor(SPEC).judge(blind);
    expect(tick.outcome).toBe('error');
    expect(monitorLine(tick)).toContain('ERROR');
  });

  it('calls it better once windows agree beyond noise, and never by one look', () => {
    const watch = new Monitor(SPEC);
    const at = (minute: number): Observation => {
      const isBad = minute < 20 && minute !== 10;
      const one = later(isBad ? believedWorld() : wellWorld(), minute * MINUTE);
      const services = Object.entries(one.services).map(([name, service]) => {
        const counts = { at: one.at - MINUTE, total: 60, serverErrors: isBad ? 20 : 0 };
        return [name, { ...service, requests: { ...service.requests, value: { ...service.requests.value!, minutes: [counts] } } }];
      });
      return { ...one, services: Object.fromEntries(services) as Observation['services'] };
    };
    const directions = Array.from({ length: 40 }, (_, minute) => watch.judge(at(minute)).trend.direction);
    expect(directions.slice(0, 22)).not.toContain('better');
    expect(directions.slice(22)).toContain('better');
    expect(directions).not.toContain('worse');
  });
});
