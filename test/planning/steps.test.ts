import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/duration.ts';
import type { CauseKind, Cure } from '../../src/core/model/diagnosis.ts';
import type { DeploySpec } from '../../src/core/model/spec.ts';
import { absent, fresh } from '../../src/core/model/measured.ts';
import { ServiceSettings } from '../../src/core/service/settings.ts';
import {
  AUTH,
  BACKEND,
  BACKEND_REVISIONS,
  connectorOf,
  logGroup,
  NEW_BACKEND,
  NOW,
  OLD_BACKEND,
  probe,
  revision,
  service,
  serviceState,
  SPEC,
  to,
  withConnector,
} from '../diagnosis/fixtures.ts';
import { BACKEND_DEPLOY, CONNECTOR, PIN, SERVED, decisions, ill, planAgainst, planFor, stepOf, wishing } from './planned.ts';

describe('the connector step', () => {
  test('is skipped when the connector is not saturated, with the figure', () => {
    expect(stepOf(planFor(ill([])), CONNECTOR)).toMatchObject({ decision: 'skip', reason: 'not saturated: cpu p99 35 %, goal below 70 %' });
  });

  test('is skipped when the wish is already met', () => {
    const plan = planFor(ill([], { cpu: 0.95, connector: { min: 3, max: 10, type: 'e2-standard-4' } }));
    expect(stepOf(plan, CONNECTOR)).toMatchObject({ decision: 'skip' });
    expect(stepOf(plan, CONNECTOR).reason).toContain('already');
  });

  test('is vetoed by a crash of the revision to be pinned, even when that has no traffic', () => {
    const alone = service({
      state: serviceState(BACKEND, BACKEND_REVISIONS, [to(OLD_BACKEND, 100)]),
      errors: 100,
      probes: [probe('bad-status')],
    });
    const crash = [logGroup('missing-module', BACKEND, NEW_BACKEND, 20), logGroup('container-exit', BACKEND, NEW_BACKEND, 20)];
    expect(stepOf(planFor(ill(crash, { cpu: 0.3 }, alone)), CONNECTOR)).toMatchObject({ decision: 'veto' });
  });

  test('is applied beside a crash when saturation is proven by itself, and still tells of the crash', () => {
    const crash = [
      logGroup('missing-module', BACKEND, NEW_BACKEND, 20),
      logGroup('container-exit', BACKEND, NEW_BACKEND, 20),
      logGroup('connect-timeout', BACKEND, OLD_BACKEND, 30),
    ];
    const step = stepOf(planFor(ill(crash, { cpu: 0.97 })), CONNECTOR);
    expect(step.decision).toBe('apply');
    expect(step.reason).toContain('although');
  });

  test('an update under way is no veto, an error is a question', () => {
    const timeouts = [logGroup('connect-timeout', BACKEND, NEW_BACKEND, 30)];
    expect(decisions(planFor(ill(timeouts, { cpu: 0.97, connector: { lifecycle: 'UPDATING' } })))[CONNECTOR]).toBe('apply');
    const broken = planFor(ill(timeouts, { cpu: 0.97, connector: { lifecycle: 'ERROR' } }));
    expect(decisions(broken)[CONNECTOR]).toBe('veto');
    expect(broken.question?.text).toContain('ERROR');
  });

  test('what cannot be wished for is no question where nothing that rides it fails', () => {
    const timeouts = [logGroup('connect-timeout', BACKEND, NEW_BACKEND, 30)];
    const unknown = { connector: { type: 'e2-standard-8' } };
    expect(planFor(ill(timeouts, { cpu: 0.97, ...unknown })).question?.id).toContain(CONNECTOR);
    const apart = withConnector(ill([], { cpu: 0.3, ...unknown }), { riders: fresh([], NOW, 'riders') });
    expect(planFor(apart).question?.id ?? '').not.toContain(CONNECTOR);
  });

  test('without a fresh cpu figure it is never applied: a question when clients time out, a veto when they do not', () => {
    const unmeasured = (logs: ReturnType<typeof logGroup>[], freshness: 'late' | 'absent') => {
      const seen = ill(logs, { cpu: 0.97, connectorInstances: 10 });
      const cpuP99 = freshness === 'absent' ? absent<number>('cpu') : { ...connectorOf(seen).cpuP99, freshness };
      return planFor(withConnector(seen, { cpuP99 }));
    };
    for (const freshness of ['late', 'absent'] as const) {
      const asked = unmeasured([logGroup('connect-timeout', BACKEND, NEW_BACKEND, 30)], freshness);
      expect(decisions(asked)[CONNECTOR]).toBe('veto');
      expect(asked.question?.text).toContain('cannot be undone');
      expect(decisions(unmeasured([], freshness))[CONNECTOR]).toBe('veto');
    }
  });
});

describe('the pin step', () => {
  const crash = (name: string) => [logGroup('missing-module', BACKEND, name, 20), logGroup('container-exit', BACKEND, name, 20)];

  test('keeps tags and gives all traffic to the one revision', () => {
    const tagged = service({
      state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 50), to(OLD_BACKEND, 50, 'stable')]),
      errors: 100,
      probes: [probe('bad-status')],
    });
    expect(stepOf(planFor(ill([], {}, tagged)), PIN).change).toMatchObject({ to: [to(NEW_BACKEND, 100), to(OLD_BACKEND, 0, 'stable')] });
  });

  test('is skipped when the revision already has everything', () => {
    const whole = service({
      state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]),
      errors: 100,
      probes: [probe('bad-status')],
    });
    expect(stepOf(planFor(ill([], {}, whole)), PIN)).toMatchObject({ decision: 'skip', reason: expect.stringContaining('already so') });
  });

  test('goes to the proven revision rather than to a newer one that nobody saw serving', () => {
    const seen = ill(
      crash(NEW_BACKEND),
      {},
      {
        requests: {
          ...ill([]).services[BACKEND]!.requests,
          value: {
            sinceAt: NOW - 5 * MINUTE,
            total: 200,
            serverErrors: 100,
            byRevision: { [`${BACKEND}-00748-abc`]: { total: 90, serverErrors: 0 } },
          },
        },
      },
    );
    const { [OLD_BACKEND]: _unserved, ...proven } = SERVED[BACKEND]!;
    expect(stepOf(planFor(seen, SPEC, 12, { [BACKEND]: proven }), PIN).change).toMatchObject({ revision: `${BACKEND}-00748-abc` });
    expect(stepOf(planFor(seen, SPEC, 12, {}), PIN).decision).toBe('skip');
  });

  test('never goes to a revision of the very image that dies', () => {
    const sibling = { ...BACKEND_REVISIONS[0]!, name: OLD_BACKEND };
    const state = serviceState(BACKEND, [BACKEND_REVISIONS[0]!, sibling, BACKEND_REVISIONS[2]!], [to(NEW_BACKEND, 100)]);
    const seen = ill(crash(NEW_BACKEND), {}, service({ state, errors: 100, probes: [probe('bad-status')] }));
    expect(stepOf(planFor(seen), PIN).change).toMatchObject({ revision: `${BACKEND}-00748-abc` });
  });

  test('is left out when no revision is known to be healthy or the one named does not exist, with what a human can choose from', () => {
    const state = serviceState(
      BACKEND,
      [BACKEND_REVISIONS[0]!, revision(OLD_BACKEND, 60 * MINUTE, { ready: 'no', reason: 'HEALTH_CHECK_CONTAINER_ERROR' })],
      [to(NEW_BACKEND, 100)],
    );
    const none = planFor(ill(crash(NEW_BACKEND), {}, service({ state, errors: 100, probes: [probe('bad-status')] })));
    expect(decisions(none)[PIN]).toBe('skip');
    expect(none.question?.text).toContain(`which one shall serve? There are: ${NEW_BACKEND} (serves 100 % now, `);
    expect(none.question?.text).toContain(`${OLD_BACKEND} (not ready: HEALTH_CHECK_CONTAINER_ERROR, `);
    expect(none.question?.text).toContain('--to-revisions=REVISION=100, then `firebreak adopt`');
    const only = serviceState(BACKEND, [BACKEND_REVISIONS[0]!], [to(NEW_BACKEND, 100)]);
    const alone = planFor(ill(crash(NEW_BACKEND), {}, service({ state: only, errors: 100, probes: [probe('bad-status')] })));
    expect(alone.question?.text).toContain('which one shall serve? There is no other revision: mend what it needs, or deploy one');
    const absentOne = planFor(ill([]), wishing(BACKEND, { pin: { revision: `${BACKEND}-00001-zzz` } }));
    expect(stepOf(absentOne, PIN).reason).toContain('does not exist');
  });

  test('lastHealthy passes over what dies and what is not ready', () => {
    expect(stepOf(planFor(ill(crash(NEW_BACKEND)), wishing(BACKEND, { pin: { revision: 'lastHealthy' } })), PIN).change).toMatchObject({
      revision: OLD_BACKEND,
    });
  });

  test('deaths that come from the database do not speak against the revision', () => {
    const logs = [logGroup('database-init-timeout', BACKEND, NEW_BACKEND, 9), logGroup('container-exit', BACKEND, NEW_BACKEND, 9)];
    expect(stepOf(planFor(ill(logs, { cpu: 0.97 })), PIN)).toMatchObject({ decision: 'apply', change: { revision: NEW_BACKEND } });
  });
});

describe('the deploy step of an ill service', () => {
  const beyond = [
    'database-unreachable',
    'certificate-or-routing',
    'name-resolution',
    'quota-or-regional-shortage',
    'provider-incident',
  ] as const;

  test.each(beyond)('is vetoed when the cause is %s: a new revision cannot mend that', (kind) => {
    const plan = planAgainst(kind, { confidence: 0.9, share: 0.8 });
    expect(stepOf(plan, BACKEND_DEPLOY)).toMatchObject({ decision: 'veto' });
    expect(stepOf(plan, BACKEND_DEPLOY).reason).toContain('a new revision cannot mend that');
  });

  const sure = { confidence: 0.9, share: 0.8 };
  const deployed = (deploy: Partial<DeploySpec>, cures: readonly Cure[], kind: CauseKind = 'configuration') => {
    const spec = wishing(BACKEND, { deploy: { image: null, like: null, env: {}, ...deploy } });
    return stepOf(planAgainst(kind, { ...sure, cures }, spec), BACKEND_DEPLOY);
  };

  test.each<[string, Partial<DeploySpec>, readonly Cure[], CauseKind]>([
    ['a plain one against a wrong setting', {}, ['setting'], 'configuration'],
    ['another image against a wrong setting', { image: 'registry.example/app@sha256:ab' }, ['setting'], 'configuration'],
    ['another setting against an image that is not there', { env: { KEY: 'v' } }, ['image'], 'configuration'],
    ['any against a role that an account lacks', { env: { KEY: 'v' }, like: AUTH }, ['account'], 'configuration'],
    ['any against a database that is down', { like: AUTH }, ['database', 'network'], 'database-unreachable'],
  ])('is vetoed when it brings nothing of the cure: %s', (_what, deploy, cures, kind) => {
    expect(deployed(deploy, cures, kind)).toMatchObject({ decision: 'veto', reason: expect.stringContaining('cannot mend') });
  });

  test.each<[string, Partial<DeploySpec>, readonly Cure[], CauseKind]>([
    ['a setting', { env: { KEY: 'v' } }, ['setting'], 'configuration'],
    ['a setting for a database that the wrong address hides', { env: { HOST: 'v' } }, ['setting', 'network'], 'database-unreachable'],
    ['an image', { image: 'registry.example/app@sha256:ab' }, ['account', 'image'], 'configuration'],
    ['the egress of a service that works', { like: AUTH }, ['network'], 'configuration'],
  ])('is not vetoed when it brings the cure: %s', (_what, deploy, cures, kind) => {
    expect(deployed(deploy, cures, kind).decision).toBe('apply');
  });

  test.each([
    { confidence: 0.2, share: 0.8 },
    { confidence: 0.9, share: 0.3 },
  ])('is not vetoed by a cause of confidence $confidence and share $share', (about) => {
    expect(stepOf(planAgainst('name-resolution', about), BACKEND_DEPLOY).reason).not.toContain('cannot mend');
  });

  test('waits while a cause that it cannot cure is only likely', () => {
    const plan = planAgainst('name-resolution', { confidence: 0.6, share: 0.8 });
    expect(stepOf(plan, BACKEND_DEPLOY)).toMatchObject({ decision: 'skip', reason: expect.stringContaining('cannot mend') });
    expect(plan.awaits).toContain('cannot mend');
  });
});

describe('what cures the cause decides about the other steps too', () => {
  const sure = { confidence: 0.9, share: 0.8 };

  test.each<[CauseKind, readonly Cure[], string]>([
    ['configuration', ['account'], 'a role for an account'],
    ['database-unreachable', ['database'], 'the database itself'],
    ['provider-incident', ['google'], 'Google'],
    ['name-resolution', ['network'], 'a mended way through the network'],
  ])('a pin is vetoed where no other revision is seen to be spared: %s, cured by %j', (kind, cures, words) => {
    const step = stepOf(planAgainst(kind, { ...sure, cures }), PIN);
    expect(step).toMatchObject({ decision: 'veto', reason: expect.stringContaining(`what cures it is ${words}`) });
  });

  test.each<[CauseKind, readonly Cure[]]>([
    ['application-crash', ['image']],
    ['configuration', ['setting']],
    ['configuration', ['network']],
    ['connection-budget', ['capacity', 'setting']],
    ['connector-saturation', ['capacity', 'network']],
    ['revision-contention', ['setting']],
    ['unknown', []],
  ])('a pin is not vetoed where another revision may bring the cure, or none is known: %s, cured by %j', (kind, cures) => {
    expect(stepOf(planAgainst(kind, { ...sure, cures }), PIN).decision).toBe('apply');
  });

  test.each([
    { confidence: 0.6, share: 0.9 },
    { confidence: 0.9, share: 0.4 },
  ])('a cause of confidence $confidence and share $share vetoes no pin', (about) => {
    expect(stepOf(planAgainst('provider-incident', { ...about, cures: ['google'] }), PIN).decision).toBe('apply');
  });

  test('a service that fails more than a cause explains is left to its own cure, and every other one is vetoed by it whatever its share', () => {
    const about = { confidence: 0.9, cures: ['google'] as const };
    const decided = (share: number, notOf: readonly string[]) => {
      const plan = planAgainst('provider-incident', { ...about, share, notOf });
      return [stepOf(plan, PIN).decision, stepOf(plan, BACKEND_DEPLOY).decision];
    };
    expect(decided(0.9, [BACKEND])).toEqual(['apply', 'apply']);
    expect(decided(0.3, [AUTH])).toEqual(['veto', 'veto']);
  });

  test('scaling without the connector’s own figure is vetoed by a cause that no room cures, and asked for by one that it does', () => {
    const timeouts = ill([logGroup('connect-timeout', BACKEND, NEW_BACKEND, 30)]);
    const unmeasured = withConnector(timeouts, { cpuP99: absent<number>('cpu') });
    const against = (cures: readonly Cure[], kind: CauseKind) => planAgainst(kind, { ...sure, cures }, SPEC, unmeasured);
    const vetoed = against(['database'], 'database-unreachable');
    expect(stepOf(vetoed, CONNECTOR)).toMatchObject({ decision: 'veto', reason: expect.stringContaining('scaling cannot be undone') });
    expect(vetoed.question?.id ?? '').not.toContain(CONNECTOR);
    expect(against(['capacity', 'network'], 'connector-saturation').question?.text).toContain('scale it, which cannot be undone?');
  });
});

describe('a deploy that the write would refuse', () => {
  test('is vetoed where a plain value would replace a reference to a secret', () => {
    const settings = ServiceSettings.of({
      template: { containers: [{ image: 'x', env: [{ name: 'KEY', valueSource: { secretKeyRef: { secret: 'key' } } }] }] },
    });
    const state = serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)], { settings });
    const backend = service({ state, total: 100, errors: 60, probes: [probe('bad-status')] });
    const spec = wishing(BACKEND, { deploy: { like: null, image: null, env: { KEY: 'plain' } } });
    const step = stepOf(planFor(ill([], {}, backend), spec), BACKEND_DEPLOY);
    expect(step).toMatchObject({ decision: 'veto', reason: expect.stringContaining('KEY of netra-backend-staging refers to a secret') });
  });
});
