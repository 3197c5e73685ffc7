import { describe, expect, test } from 'vitest';
import { HOUR } from '../../src/core/duration.ts';
import type { LogGroup, Observation } from '../../src/core/model/observation.ts';
import type { TrackRecord } from '../../src/core/model/testimony.ts';
import { memoryThatFits, sayMemory } from '../../src/planning/remedies/memory.ts';
import {
  BACKEND,
  BACKEND_REVISIONS,
  logGroup,
  NEW_BACKEND,
  NOW,
  OLD_BACKEND,
  probe,
  service,
  serviceState,
  SPEC,
  to,
} from '../diagnosis/fixtures.ts';
import { ill, PIN, planFor, stepOf, wishing } from './planned.ts';

const failedOf = (failed: number, lastServedAt = NOW - HOUR): TrackRecord[string][string] => ({
  lastServedAt,
  total: 1_000,
  failed,
  deaths: 0,
  countedUntil: lastServedAt,
});
const record = (older: number, now = 900): TrackRecord => ({
  [BACKEND]: { [NEW_BACKEND]: failedOf(now, NOW), [OLD_BACKEND]: failedOf(older), [`${BACKEND}-00748-abc`]: failedOf(older) },
});
const SPEC_LAST = wishing(BACKEND, { pin: { revision: 'lastHealthy' }, deploy: null });
const STATE = serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]);
const failing = (logs: LogGroup[]): Observation =>
  ill(
    logs,
    { cpu: 0.2 },
    service({
      state: { ...STATE, template: { ...STATE.template, serviceAccount: 'api@p.iam.gserviceaccount.com' } },
      errors: 100,
      probes: [probe('bad-status')],
    }),
  );
const asked = (logs: LogGroup[], revisions = record(900)): string => planFor(failing(logs), SPEC_LAST, 12, revisions).question?.text ?? '';
const deaths = logGroup('container-exit', BACKEND, NEW_BACKEND, 5);

describe('where no step helps, the question says first who can mend it and by what', () => {
  test('more memory, by the command that gives it', () => {
    const text = asked([logGroup('memory-limit', BACKEND, NEW_BACKEND, 5, { facts: { limit: '512 MiB', used: '600 MiB' } }), deaths]);
    expect(text).toContain('What mends it is more memory, or an image that needs less');
    expect(text).toContain(`gcloud run services update ${BACKEND} --project=${SPEC.project} --region=${SPEC.region} --memory=1Gi`);
    expect(text.indexOf('--memory=1Gi')).toBeLessThan(text.indexOf('Left out: '));
  });

  test('credentials, with the line that says so, and without a command that nobody could run as it stands', () => {
    const sample = 'FATAL: password authentication failed for user "app"';
    const text = asked([logGroup('access-refused', BACKEND, NEW_BACKEND, 20, { facts: { user: 'app' }, sample }), deaths]);
    expect(text).toContain(`It says “${sample}”. What mends it is the password`);
    expect(text).not.toContain('gcloud run services update ');
  });

  test('a permission, by the role that brings it and to the account that lacks it; of one whose role is not known, no role is guessed', () => {
    const lacking = (permission: string): string =>
      asked([logGroup('missing-role', BACKEND, NEW_BACKEND, 20, { facts: { permission } }), deaths]);
    expect(lacking('cloudsql.instances.connect')).toMatch(
      /--member=serviceAccount:api@p\.iam\.gserviceaccount\.com --role=roles\/cloudsql\.client/,
    );
    expect(lacking('pubsub.topics.publish')).not.toContain('--role');
  });

  test('a version of a secret enabled again, by what Cloud Run itself says of it, and not of one that is destroyed', () => {
    const told = (byPlatform: number, state: string): string => {
      const facts = { setting: 'projects/1/secrets/db-password/versions/3' };
      const sample = `Secret Version [${facts.setting}] is in ${state} state`;
      return asked([logGroup('secret-version', BACKEND, NEW_BACKEND, 20, { facts, sample, byPlatform }), deaths]);
    };
    expect(told(20, 'DISABLED')).toContain(`gcloud secrets versions enable 3 --secret=db-password --project=${SPEC.project}`);
    expect(told(0, 'DISABLED')).toContain('that version enabled again, or another one named');
    for (const text of [told(0, 'DISABLED'), told(20, 'DESTROYED')]) expect(text).not.toContain('gcloud secrets');
  });

  test('whoever runs the API that is called, by its name', () => {
    const text = asked([logGroup('third-party', BACKEND, NEW_BACKEND, 40, { facts: { host: 'api.stripe.com' } })]);
    expect(text).toContain('whoever runs api.stripe.com');
  });

  test('of a mechanism that is not known nobody is named', () => {
    expect(asked([])).not.toContain('What mends it');
  });
});

describe('which revision shall serve', () => {
  test('is no question where each of the others has lost its users about as often', () => {
    const step = stepOf(planFor(failing([]), SPEC_LAST, 12, record(900)), PIN);
    expect(step.reason).toMatch(
      /^every other revision of \S+ has lost its users too: .* 90 % of 1000, .* \(what serves now: 90 % of 1000\): none is a way out$/,
    );
    expect(step.reason).not.toContain('which one shall serve');
  });

  test('is one where another lost far fewer, or where nothing is known of one', () => {
    const mixed = record(900);
    const unknown = { [BACKEND]: { [NEW_BACKEND]: failedOf(900, NOW), [OLD_BACKEND]: failedOf(900) } };
    for (const revisions of [unknown, { ...mixed, [BACKEND]: { [NEW_BACKEND]: failedOf(900, NOW) } }])
      expect(stepOf(planFor(failing([]), SPEC_LAST, 12, revisions), PIN).reason).toContain('which one shall serve?');
    expect(stepOf(planFor(failing([]), SPEC_LAST, 12, record(300)), PIN).reason).not.toContain('none is a way out');
  });
});

describe('the memory that fits', () => {
  test('is the next size with room above what was used, never less than it has, and with the cpu that it asks for', () => {
    expect(memoryThatFits(['512 MiB', '600 MiB', '512Mi'], '1')).toEqual({ memory: 2 ** 30, cpu: null });
    expect(memoryThatFits(['512 MiB', '512 MiB', '4Gi'], '1')).toEqual({ memory: 8 * 2 ** 30, cpu: 2 });
    expect(memoryThatFits(['8 GiB', '9 GiB', null], '4')).toEqual({ memory: 16 * 2 ** 30, cpu: null });
  });

  test('is none where nothing was read, and above the largest there is', () => {
    expect(memoryThatFits([undefined, null, 'much'], '1')).toBeNull();
    expect(memoryThatFits(['32Gi'], '8')).toBeNull();
  });

  test('is said as gcloud takes it', () => {
    expect([sayMemory(512 * 2 ** 20), sayMemory(2 ** 31)]).toEqual(['512Mi', '2Gi']);
  });
});
