import { describe, expect, test } from 'vitest';
import { diagnosisOf } from '../made/grade.ts';

const START = Date.parse('2026-05-12T09:00:00Z');
const SHOP = { type: 'cloud_run_revision', labels: { service_name: 'shop', revision_name: 'shop-00001-abc' } };

interface Change {
  readonly log?: 'activity' | 'system_event';
  readonly serviceName: string;
  readonly methodName: string;
  readonly resourceName: string;
  readonly actor?: string;
}

function entry(at: number, logName: string, rest: Readonly<Record<string, unknown>>) {
  return {
    insertId: `${logName}-${at}`,
    logName: `projects/p/logs/${logName}`,
    timestamp: new Date(START + at).toISOString(),
    resource: SHOP,
    ...rest,
  };
}

/** Requests that pass for two minutes, then fail beside this line for one, on the path given, and pass for two more. */
function capture(text: string, { path = '/', change }: { readonly path?: string; readonly change?: Change } = {}) {
  const seconds = Array.from({ length: 300 }, (_, second) => second);
  const entries = seconds.flatMap((second) => {
    const fails = second >= 120 && second < 180;
    const at = second * 1_000;
    const requestUrl = `https://shop.example${fails ? path : '/'}`;
    return [
      entry(at, 'run.googleapis.com%2Frequests', { httpRequest: { requestUrl, status: fails ? 500 : 200, latency: '0.05s' } }),
      ...(fails ? [entry(at, 'run.googleapis.com%2Fstderr', { textPayload: text })] : []),
    ];
  });
  if (change !== undefined) {
    const { log = 'activity', actor, ...call } = change;
    const authenticationInfo = actor === undefined ? {} : { authenticationInfo: { principalEmail: actor } };
    entries.push(entry(110_000, `cloudaudit.googleapis.com%2F${log}`, { protoPayload: { ...call, ...authenticationInfo } }));
  }
  return diagnosisOf(JSON.stringify(entries));
}

const before = (found: ReturnType<typeof capture>): string =>
  found.diagnosis.whys.find(({ why }) => why === 'What came before it?')?.because ?? '';

const GRANTS = {
  serviceName: 'cloudresourcemanager.googleapis.com',
  methodName: 'SetIamPolicy',
  resourceName: 'projects/p',
  actor: 'lea@x.example',
};
const CONNECTOR = {
  serviceName: 'vpcaccess.googleapis.com',
  methodName: 'google.cloud.vpcaccess.v1.VpcAccessService.UpdateConnector',
  resourceName: 'projects/p/locations/r/connectors/main',
  actor: 'tom@x.example',
};
const MAINTENANCE = {
  log: 'system_event',
  serviceName: 'cloudsql.googleapis.com',
  methodName: 'cloudsql.instances.maintenance',
  resourceName: 'projects/p/instances/db',
} as const;
const DENIED = 'Error: 7 PERMISSION_DENIED: User not authorized to perform this action.';
const REFUSED = 'Error: connect ECONNREFUSED 10.20.0.5:5432';

describe('what lies beneath a service', () => {
  test('a change of grants is told before a permission that is lacking, and a change of a connector is not', () => {
    expect(before(capture(DENIED, { change: GRANTS }))).toContain('lea@x.example changed projects/p (SetIamPolicy)');
    expect(before(capture(DENIED, { change: CONNECTOR }))).toBe('');
  });

  test('a change of a connector is told before connections that time out, and a change of grants is not', () => {
    const text = 'httpx.ConnectTimeout: timed out connecting to 10.10.0.4:8443';
    expect(before(capture(text, { change: CONNECTOR }))).toContain('tom@x.example changed connectors/main');
    expect(before(capture(text, { change: GRANTS }))).toBe('');
  });

  test('maintenance of the database is told as of Google; a status report of Cloud Run is no change', () => {
    expect(before(capture(REFUSED, { change: MAINTENANCE }))).toContain('Google changed instances/db (instances.maintenance)');
    expect(before(capture(REFUSED, { change: { ...MAINTENANCE, serviceName: 'run.googleapis.com' } }))).toBe('');
  });
});

describe('an address that refuses connections', () => {
  test('is right where the same paths are answered at other times: the database was down', () => {
    const [first] = capture(REFUSED).diagnosis.causes;
    expect(first).toMatchObject({ kind: 'database-unreachable', subject: '10.20.0.5:5432' });
    expect(first?.summary).toContain('its address is right');
  });

  test('may be wrong where the paths that fail were never answered, and is no database on another port', () => {
    expect(capture(REFUSED, { path: '/payslips' }).diagnosis.causes[0]).toMatchObject({ kind: 'configuration', confidence: 0.5 });
    expect(capture('connect ECONNREFUSED 10.20.0.5:8080').diagnosis.causes[0]?.kind).toBe('configuration');
  });
});
