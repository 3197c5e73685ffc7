import { describe, expect, test } from 'vitest';
import type { PreflightAnswer } from '../../../machines/incident/activities.ts';
import { preflight } from '../../../src/controller/activities/preflight.ts';
import { HOUR } from '../../../src/core/duration.ts';
import type { RemediationSpec, ServiceSpec } from '../../../src/core/model/spec.ts';
import { listScenarios, readScenario } from '../../../src/simulator/scenario.ts';
import type { Scenario } from '../../../src/simulator/scenario.ts';
import { observerOver, scenarioLike } from '../observing/support/rig.ts';

const START = readScenario('issue-1278').startAt;
const BACKEND = 'netra-backend-staging';
const IMAGE = 'us-central1-docker.pkg.dev/netra-staging/services/backend';

type Document = (spec: RemediationSpec) => RemediationSpec;

async function checked(scenario: Scenario | string, document?: Document): Promise<PreflightAnswer & { readonly written: number }> {
  const { spec, cloud, clock, go, simulator } = await observerOver(scenario, document);
  const answer = await go(preflight({ cloud, spec, clock }, {}, { signal: new AbortController().signal }));
  return { ...answer, written: simulator.writes().length };
}

const backend =
  (more: Partial<ServiceSpec>): Document =>
  (spec) => ({ ...spec, services: spec.services.map((service) => (service.name === BACKEND ? { ...service, ...more } : service)) });
const policy =
  (more: Partial<RemediationSpec['policy']>): Document =>
  (spec) => ({ ...spec, policy: { ...spec.policy, ...more } });
const deploy = (more: object): Document => backend({ deploy: { like: null, image: null, env: {}, ...more } });
const freeze = (fromMs: number, untilMs: number): Document =>
  policy({ freeze: [{ fromAt: START + fromMs, untilAt: START + untilMs, reason: 'payday' }] });

const denied = (...permissions: readonly string[]): Scenario =>
  scenarioLike('issue-1278', `grants: { denied: [${permissions.join(', ')}] }\n`);
const off = (...apis: readonly string[]): Scenario => scenarioLike('issue-1278', `apis: { disabled: [${apis.join(', ')}] }\n`);
const world = (text: string): Scenario => scenarioLike('issue-1278', `world: ${text}\n`);

const PROBE = {
  host: '127.0.0.1',
  port: 3306,
  database: 'app',
  user: 'app',
  password: null,
  tls: false,
  connections: 2,
  maxConnectMs: 1_000,
  warnConnectMs: 500,
};

/** What goes wrong; the check that says so; the command or the change that mends it. */
const RED: readonly (readonly [string, Scenario | string, Document | undefined, string, RegExp])[] = [
  ['an API is off', off('monitoring.googleapis.com'), undefined, 'API monitoring.googleapis.com', /^gcloud services enable monitoring/],
  [
    'the connector may not be updated',
    denied('vpcaccess.connectors.update'),
    undefined,
    'permission vpcaccess.connectors.update',
    /^gcloud projects add-iam-policy-binding netra-staging .*--role=roles\/vpcaccess\.admin$/,
  ],
  [
    'services may not be run as their accounts, neither by the project nor by the account',
    denied('iam.serviceAccounts.actAs'),
    undefined,
    'permission iam.serviceAccounts.actAs',
    /^gcloud iam service-accounts add-iam-policy-binding netra-.*--role=roles\/iam\.serviceAccountUser$/,
  ],
  ['a service does not exist', 'issue-1278', backend({ name: 'netra-backend' }), 'service netra-backend', /gcloud run services list/],
  [
    'the connector does not exist',
    'issue-1278',
    (spec) => ({ ...spec, connectors: [{ name: 'gone', target: { minInstances: 3, maxInstances: 10, machineType: 'e2-standard-4' } }] }),
    'connector gone',
    /gcloud compute networks vpc-access connectors list --project=netra-staging --region=us-central1/,
  ],
  [
    'the pinned revision does not exist',
    'issue-1278',
    backend({ pin: { revision: `${BACKEND}-00001-aaa` } }),
    `revision ${BACKEND}-00001-aaa`,
    /gcloud run revisions list --service=netra-backend-staging/,
  ],
  [
    'the service to be like does not exist',
    'issue-1278',
    deploy({ like: 'netra-frontend' }),
    `service netra-frontend, which ${BACKEND} is to be like,`,
    /gcloud run services list/,
  ],
  ['the image is no image', 'issue-1278', deploy({ image: 'Not An Image' }), 'image Not An Image', /REGION-docker\.pkg\.dev/],
  [
    'the database does not exist',
    'issue-1278',
    (spec) => ({ ...spec, databases: [{ ...spec.databases[0]!, instance: 'gone' }] }),
    'database gone',
    /gcloud sql instances list/,
  ],
  [
    'a database probe would speak PostgreSQL to a MySQL server',
    world('{ databases: [{ name: staging-shared-postgres, version: MYSQL_8_0 }] }'),
    (spec) => ({ ...spec, databases: [{ ...spec.databases[0]!, probe: PROBE }] }),
    'database staging-shared-postgres',
    /^leave the probe of \S+ out/,
  ],
  [
    'the database has been stopped',
    world('{ databases: [{ name: staging-shared-postgres, activationPolicy: NEVER }] }'),
    undefined,
    'database staging-shared-postgres',
    /^gcloud sql instances patch staging-shared-postgres --activation-policy=ALWAYS/,
  ],
  [
    'the budget is too small for the runbook',
    'issue-1278',
    (spec) => policy({ budget: { ...spec.policy.budget, mutations: 5 } })(spec),
    'budget',
    /budget\.mutations to 8/,
  ],
];

describe('before the first write', () => {
  test.each(RED)('the run is refused when %s, with what mends it', async (_when, scenario, document, check, fix) => {
    const { refusals, written } = await checked(scenario, document);
    expect(refusals.map((refusal) => refusal.check)).toContain(check);
    for (const refusal of refusals.filter((each) => each.check === check)) expect(refusal.fix).toMatch(fix);
    expect(written).toBe(0);
  });

  test('every refusal is told at once, not one after the other', async () => {
    const { refusals } = await checked(denied('vpcaccess.connectors.update', 'run.services.update'));
    expect(refusals.map(({ check }) => check)).toEqual(['permission vpcaccess.connectors.update', 'permission run.services.update']);
  });

  test.each(listScenarios().filter(({ name }) => name !== 'permission-denied'))('$name is not refused', async ({ name }) => {
    expect((await checked(name)).refusals).toEqual([]);
  });

  test('permission-denied is', async () => {
    expect((await checked('permission-denied')).refusals.map(({ check }) => check)).toEqual([
      'permission vpcaccess.connectors.update',
      'permission run.services.update',
    ]);
  });
});

/** What the run can do without, and the words of the warning. */
const YELLOW: readonly (readonly [string, Scenario | string, Document | undefined, RegExp])[] = [
  ['the connector is being updated', 'connector-busy', undefined, /staging-connector is UPDATING: .* the run waits/],
  ['the wish is beyond the limits', 'issue-1278', undefined, /maxInstances 15 is outside Google's 3–10/],
  [
    'Google knows no such classification',
    'issue-1278',
    support('Astrology'),
    /no support classification "Astrology": a case would be "Technical Issue > /,
  ],
  [
    'cases may not be opened',
    denied('cloudsupport.techCases.create'),
    undefined,
    /cloudsupport\.techCases\.create is missing: a case would be handed to a human/,
  ],
  ['the support API is off', off('cloudsupport.googleapis.com'), undefined, /API cloudsupport\.googleapis\.com is off/],
  [
    'incidents may not be read',
    denied('servicehealth.events.list'),
    undefined,
    /servicehealth\.events\.list is missing: incidents of Google stay unknown/,
  ],
  ['nobody may say which APIs are on', denied('serviceusage.services.get'), undefined, /which APIs are on could not be read/],
  [
    'no revision runs the image yet',
    'issue-1278',
    deploy({ image: `${IMAGE}:next` }),
    /no revision runs .*:next yet: .*gcloud artifacts docker images describe/,
  ],
  [
    'the image is of a registry that Cloud Run does not know',
    'issue-1278',
    deploy({ image: 'ghcr.io/netra/backend:1' }),
    /does not pull from ghcr\.io/,
  ],
  [
    'a freeze window begins while it may be writing',
    'issue-1278',
    freeze(HOUR, 2 * HOUR),
    /a freeze window begins at 2025-09-15T21:03:00.000Z \(payday\)/,
  ],
  [
    'a freeze window is open, in which it may look and not write',
    'issue-1278',
    freeze(-HOUR, HOUR),
    /freeze window: nothing may be changed until 2025-09-15T21:03:00.000Z: .*Until then it is looked at, diagnosed and told/,
  ],
  [
    'a freeze window is open and nothing will be written',
    'issue-1278',
    (spec) => policy({ mode: 'plan' })(freeze(-HOUR, HOUR)(spec)),
    /freeze window: nothing may be changed until/,
  ],
];

function support(classification: string): Document {
  return (spec) => ({ ...spec, escalation: { ...spec.escalation, support: { ...spec.escalation.support!, classification } } });
}

describe('a warning and no refusal', () => {
  test.each(YELLOW)('is given when %s', async (_when, scenario, document, words) => {
    const { refusals, warnings } = await checked(scenario, document);
    expect(refusals).toEqual([]);
    expect(warnings.filter((warning) => words.test(warning))).toHaveLength(1);
  });

  test.each([
    ['the image that a revision runs already', deploy({ image: `${IMAGE}@sha256:750fd0e9b3` })],
    ['a freeze window that is over', freeze(-2 * HOUR, -HOUR)],
    ['a freeze window far ahead', freeze(30 * HOUR, 31 * HOUR)],
  ])('is not given for %s', async (_what, document) => {
    const { refusals, warnings } = await checked('issue-1278', document);
    expect(refusals).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('maxInstances 15')]);
  });
});

describe('what fails for now', () => {
  test('decides nothing: it is asked again', async () => {
    const fault = 'faults: [{ id: f, match: { path: /v1/**/connectors/* }, answer: { status: 503, statusText: UNAVAILABLE } }]\n';
    await expect(checked(scenarioLike('issue-1278', fault))).rejects.toMatchObject({ kind: 'transient' });
  });
});
