import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRunLog } from '../../src/cli/process/log.ts';
import { rehearsalDocument } from '../../src/composition/rehearsal-document.ts';
import { rehearse } from '../../src/composition/rehearsal.ts';
import type { Rehearsed } from '../../src/composition/rehearsal.ts';
import { openRehearsalStore } from '../../src/composition/stores.ts';
import type { RunStatus } from '../../src/ports/store.ts';
import { groupLogs } from '../../src/diagnosis/logs/group-logs.ts';
import { toRawEntry } from '../../src/gcp/logging/raw-entry.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { renderMarkdown } from '../../src/report/render/render-markdown.ts';
import { renderText } from '../../src/report/render/render-text.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';

/** One secret for each way in; the word in front says which way it came. */
const SECRET = {
  'header of a probe, from the environment': 'probe-header-Zq81kLm4Xw',
  'body of a probe, from the environment': 'probe-body-Pw9Lk2Vn7Te',
  'address of the webhook, from the environment': 'webhook-path-T0K3nB8sYd',
  'password in an address in a log line': 'log-url-hunter2Wm5Qr',
  'bearer token in a log line': 'logbearer.QmF5c2VydG9rZW4',
  'assignment in a log line': 'log-assign-5up3rS3cret',
  'JSON web token in a log line': 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJmaXJlYnJlYWsifQ.c2lnbmF0dXJlLW9mLWl0',
  "bearer token in Google's error": 'ya29.a0AfErrorTokenOfGoogle',
  'password in the environment of a service': 'env-value-cl34rT3xt',
} as const;

/** What talkative applications print. */
const LINES = [
  `Error -3 connecting to redis://default:${SECRET['password in an address in a log line']}@10.166.204.83:6379. Temporary failure in name resolution.`,
  `ConnectionRefusedError: [Errno 111] DATABASE_PASSWORD=${SECRET['assignment in a log line']} Authorization: Bearer ${SECRET['bearer token in a log line']}`,
  `FATAL: remaining connection slots are reserved, session ${SECRET['JSON web token in a log line']}`,
];

const folder = mkdtempSync(join(tmpdir(), 'firebreak-secrets-'));
const environment = {
  PROBE_TOKEN: `Bearer ${SECRET['header of a probe, from the environment']}`,
  PROBE_PASSWORD: SECRET['body of a probe, from the environment'],
  CHAT_HOOK: `https://simulator.invalid/_sim/chat/${SECRET['address of the webhook, from the environment']}`,
};

afterAll(() => rmSync(folder, { recursive: true }));

describe.each(['no-improvement', 'issue-1278'])('after a rehearsal of %s full of secrets', (name) => {
  let artefacts: Readonly<Record<string, string>>;
  let rehearsed: Rehearsed;

  beforeAll(async () => {
    const scenario = withSecrets(readScenario(name));
    const { spec, hash } = await rehearsalDocument(scenario, null, {
      env: environment,
      readFile: () => Promise.reject(new Error('no file')),
    });
    let logged = '';
    const statuses: RunStatus[] = [];
    const log = await createRunLog({ write: (text) => void (logged += text) }, true);
    rehearsed = await rehearse({
      scenario,
      spec,
      specHash: hash,
      openStore: (clock) => openRehearsalStore(join(folder, name), name, clock),
      owner: { token: 't', host: 'here', pid: 1, described: 'secrets' },
      onStep: (saved, status) => {
        log.step(saved);
        statuses.push(status);
      },
      onWarning: log.warn,
    });
    const report = buildReport(rehearsed.lines, {});
    artefacts = {
      ...filesBelow(join(folder, name)),
      'the logs of the run': logged,
      'the status, at every step': JSON.stringify(statuses),
      'the report as text': renderText(report),
      'the report as Markdown': renderMarkdown(report),
      'the report as JSON': JSON.stringify(report),
      'what was said in the chat': JSON.stringify(rehearsed.simulator.chat),
      'what was written to Google Cloud Support': JSON.stringify(rehearsed.simulator.writes().filter(({ path }) => path.includes('cases'))),
    };
  }, 300_000);

  test.each(Object.entries(SECRET))('a %s is nowhere to be found', (_, secret) => {
    const found = Object.entries(artefacts).flatMap(([where, text]) => {
      const at = text.indexOf(secret);
      return at < 0 ? [] : [`${where}: …${text.slice(Math.max(0, at - 60), at + secret.length + 20)}…`];
    });
    expect(found).toEqual([]);
  });

  test('the search would have found them: the run has met every one and says so in other words', () => {
    const all = JSON.stringify(artefacts);
    const { ledger } = rehearsed.simulator;
    expect(ledger.some(({ path }) => path.includes(SECRET['address of the webhook, from the environment']))).toBe(true);
    expect(ledger.some(({ fault }) => fault === 'telling-error')).toBe(true);
    expect(all).toMatch(/Authorization: \*\*\*|Bearer \*\*\*/);
    expect(all).toContain('session ***');
  });
});

test('the lines that a diagnosis does not quote are redacted where they come in, and stay readable', () => {
  const samples = groupLogs(LINES.map((textPayload, at) => toRawEntry({ textPayload, timestamp: new Date(at).toISOString() }))).flatMap(
    ({ sample }) => sample,
  );
  expect(samples.toSorted()).toEqual([
    'ConnectionRefusedError: [Errno 111] DATABASE_PASSWORD=*** Authorization: ***',
    'Error -3 connecting to redis://***@10.166.204.83:6379. Temporary failure in name resolution.',
    'FATAL: remaining connection slots are reserved, session ***',
  ]);
});

test('a warning whose cause repeats a token is logged without it', async () => {
  let logged = '';
  const log = await createRunLog({ write: (text) => void (logged += text) }, true);
  const token = SECRET["bearer token in Google's error"];
  log.warn('telling the chat failed', new Error(`401 for Authorization: Bearer ${token} at https://ann:${token}@example.com`));
  expect(logged).toContain('telling the chat failed');
  expect(logged).not.toContain(token);
});

/** The scenario with talkative applications, a document that uses secrets, and a Google that repeats a token in an error. */
function withSecrets(scenario: Scenario): Scenario {
  return {
    ...scenario,
    world: {
      ...scenario.world,
      services: scenario.world.services.map((service) => ({
        ...service,
        application: { ...service.application, chatter: LINES.map((message) => ({ message, severity: 'ERROR' as const, every: 30_000 })) },
        revisions: service.revisions.map((revision) => ({
          ...revision,
          env: { ...revision.env, LEGACY_DB_PASSWORD: SECRET['password in the environment of a service'] },
        })),
      })),
    },
    faults: [
      ...scenario.faults,
      {
        id: 'telling-error',
        match: { method: 'GET', path: '/v1/projects/*/locations/*/connectors/*' },
        from: 60_000,
        times: 2,
        optional: true,
        answer: { status: 403, message: `Request had Authorization: Bearer ${SECRET["bearer token in Google's error"]}` },
      },
    ],
    remediation: {
      ...scenario.remediation,
      patch: {
        ...scenario.remediation?.patch,
        spec: {
          // The lines that are said all along keep the proof from being had: every way a secret could take has been gone by then.
          phases: { validation: '1h' },
          escalation: { followFor: '1h' },
          communication: { webhooks: ['env:CHAT_HOOK'] },
          validation: {
            goldenPath: [
              {
                name: 'log in',
                service: 'netra-auth-service',
                method: 'POST',
                path: '/auth/login',
                headers: { authorization: 'env:PROBE_TOKEN' },
                body: { email: 'firebreak-probe@example.com', password: 'env:PROBE_PASSWORD' },
                save: { token: 'access_token' },
              },
            ],
          },
        },
      },
    },
  };
}

function filesBelow(root: string): Readonly<Record<string, string>> {
  const files = globSync('**/*', { cwd: root }).filter((path) => statSync(join(root, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}
