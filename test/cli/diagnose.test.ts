import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verb } from '../../src/cli/deps.ts';
import { diagnose } from '../../src/cli/verbs/diagnose.ts';
import { goLive } from '../../src/composition/live.ts';
import { toRawEntry } from '../../src/gcp/logging/raw-entry.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { serveSimulator } from '../../src/simulator/server.ts';
import type { ServedSimulator } from '../../src/simulator/server.ts';
import { entriesOf, INCIDENTS } from '../diagnosis/synthetic-captures.ts';
import { Console } from './support/console.ts';
import type { Result } from './support/console.ts';
import { RealTimeConsole } from './support/real-time-console.ts';

const VERBS: readonly Verb[] = [diagnose({ live: async () => ({ goLive }), logEntry: async () => ({ toRawEntry }) })];
const DOCUMENT = readFileSync(new URL('../../deploy/examples/issue-1278.yaml', import.meta.url), 'utf8');
const CAPTURES = fileURLToPath(new URL('../../../shared/incident-1278/', import.meta.url));

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'firebreak-captures-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string, name = 'capture.json'): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const withLogs = (...argv: readonly string[]): Promise<Result> => new Console().run(['diagnose', '--details', '--logs', ...argv], VERBS);
const incident = (what: string) => INCIDENTS.find((each) => each.what.startsWith(what))!;

describe('diagnose --logs', () => {
  it('names cause, revision, counts, times and vetoed steps, and exits 1', async () => {
    const file = written(JSON.stringify(entriesOf(incident('Ruby')), null, 2));
    const { code, stdout } = await withLogs(file);
    expect(stdout).toContain(`${file}: 96 entries over 2m, 2026-02-11 07:00:00Z to 2026-02-11 07:01:59Z`);
    expect(stdout).toMatch(/100 %  application-crash {2}\(almost certain, 0\.97\) {2}checkout-api-00042-bex/);
    expect(stdout).toMatch(/12 × missing-module +checkout-api-00042-bex {2}2026-02-11 07:0/);
    expect(stdout).toContain('cannot load such file -- nokogiri (LoadError)');
    expect(stdout).toMatch(/VETO {2}scale the connector: no capacity/);
    expect(code).toBe(1);
  });

  it('begins with what decides, then quotes the lines that show it, without --details', async () => {
    const file = written(JSON.stringify(entriesOf(incident('Ruby')), null, 2));
    const { stdout } = await new Console().run(['diagnose', '--logs', file], VERBS);
    expect(stdout).toMatch(
      /^wrong: {3}something fails: .*\nwould: {3}nothing is planned from lines alone; they veto: .*\none way: nothing: /,
    );
    expect(stdout).toMatch(/12 × missing-module/);
    expect(stdout).toContain('cannot load such file -- nokogiri (LoadError)');
    expect(stdout).toMatch(/\n {2}1\. Why do users of checkout-api see errors\?/);
    expect(stdout).not.toContain('VETO  scale the connector');
  });

  it('exits 0 where nothing is wrong, however loud the lines', async () => {
    const { code, stdout } = await withLogs(written(JSON.stringify(entriesOf(incident('healthy')))));
    expect(stdout).toContain('Nothing is wrong in these lines: 0 of 180 requests failed');
    expect(code).toBe(0);
  });

  const line = (severity: string, textPayload: string, nth = 0) => ({
    insertId: `i${nth}`,
    timestamp: new Date(Date.UTC(2026, 1, 1, 7, 0, nth)).toISOString(),
    severity,
    textPayload,
    resource: { type: 'cloud_run_revision', labels: { service_name: 'api', revision_name: 'api-00001' } },
  });

  it('exits 1 on errors that nothing explains, quoted with their count, and never says that nothing is wrong', async () => {
    const lines = Array.from({ length: 50 }, (_, nth) => line('ERROR', 'Fatal: cannot open database', nth));
    const { code, stdout } = await withLogs(written(lines.map((each) => JSON.stringify(each)).join('\n')));
    expect(stdout).toContain('A suspicion, no harm is proven: 50 lines of severity ERROR or above');
    expect(stdout).toContain('50 × "Fatal: cannot open database"');
    expect(stdout).not.toContain('Nothing is wrong');
    expect(code).toBe(1);
  });

  it('exits 1 where too little was seen to tell, and says what is missing', async () => {
    const { code, stdout } = await withLogs(written(JSON.stringify(line('INFO', 'started'))), '--json');
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'inconclusive', because: expect.stringContaining('no request to api is in it') });
    expect(code).toBe(1);
  });

  it('prints the same as one object for programs', async () => {
    const { stdout } = await withLogs(
      written(
        entriesOf(incident('Prisma'))
          .map((each) => JSON.stringify(each))
          .join('\n'),
      ),
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'trouble',
      capture: { entries: 108, truncatedAt: null, broken: { count: 0 } },
      diagnosis: { healthy: false, causes: [{ kind: 'database-unreachable' }] },
      split: { shares: { infrastructure: 1 } },
      steps: [{ decision: 'veto' }, { decision: 'veto' }, { decision: 'veto' }],
    });
  });

  it('says that a file is cut off or holds broken entries, with the place, and diagnoses the rest', async () => {
    const text = entriesOf(incident('Go: write'))
      .map((each) => JSON.stringify(each))
      .join('\n');
    const broken = `${text.replace('"insertId":"e3"', '"insertId":"e3')}\n{"insertId":"last","times`;
    const { code, stdout } = await withLogs(written(broken));
    expect(stdout).toMatch(/Warning: 1 broken entry was left out: byte \d+ \(/);
    expect(stdout).toMatch(/Warning: the file is cut off: what began at byte \d+ never ends/);
    expect(stdout).toContain('nil map');
    expect(code).toBe(1);
  });

  it.each([
    ['a file that is not there', 'no-such-file.json', 'no-such-file.json: there is no such file'],
    ['a folder', '.', '.: it is a folder'],
    ['a text', () => written('Sep 15 ERROR\n', 'a.txt'), 'is no capture of Cloud Logging: byte 0: text that is no JSON'],
    ['an empty file', () => written('', 'b.txt'), 'is no capture of Cloud Logging: it is empty'],
    ['a list without an entry', () => written('[]', 'c.json'), 'is no capture of Cloud Logging: there is no entry in it'],
  ])('%s is one clear error and exit 2', async (_what, file, said) => {
    const { code, stderr, stdout } = await withLogs(typeof file === 'string' ? file : file());
    expect(stderr.split('\n')[0]).toContain(said);
    expect(stderr).toContain('  fix: ');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('refuses a document or an endpoint beside a capture', async () => {
    for (const extra of [
      ['-f', 'x.yaml'],
      ['--endpoint', 'http://127.0.0.1:1'],
    ]) {
      const { code, stderr } = await withLogs('capture.json', ...extra);
      expect(stderr).toContain('--logs reads a capture alone');
      expect(code).toBe(2);
    }
  });

  it('lets no line of the capture sendCommand the terminal', async () => {
    const line = { text: 'panic: \u001b[2J\u001b]0;owned\u0007 boom\n\ngoroutine 1 [running]:' };
    const { stdout } = await withLogs(written(JSON.stringify(entriesOf({ what: 'x', cause: 'unknown', lines: [line], exit: 2 }))));
    expect(stdout).toContain('boom');
    expect(stdout.split('').filter((character) => character < ' ' && character !== '\n')).toEqual([]);
  });

  it.skipIf(!existsSync(CAPTURES)).each([
    [
      '1303-database-timeout.json',
      'database-unreachable',
      'staging-shared-postgres',
      /within 25\.0 s \(the limit in force\)/,
      /38 × malformed-response/,
    ],
    ['1750-import-error.json', 'application-crash', 'netra-backend-staging-00734-fvm', /15 deaths/, /75 × missing-module/],
  ] as const)(
    'names the true cause of the real capture %s first, and vetoes the connector',
    async (name, kind, subject, summary, count) => {
      const { code, stdout } = await withLogs(join(CAPTURES, name));
      const [first] = stdout.match(/^100 % .*$/m) ?? [];
      expect(first).toContain(kind);
      expect(first).toContain(subject);
      expect(stdout).toMatch(summary);
      expect(stdout).toMatch(count);
      expect(stdout).toMatch(/VETO {2}scale the connector/);
      expect(code).toBe(1);
    },
  );
});

describe('diagnose against a cloud', () => {
  let ill: ServedSimulator;
  let well: ServedSimulator;
  beforeAll(async () => {
    ill = await serveSimulator({ port: 0, scenario: readScenario('issue-1278'), speed: 'lockstep' });
    well = await serveSimulator({ port: 0, scenario: readScenario('noisy-healthy'), speed: 'lockstep' });
  });
  afterAll(async () => Promise.all([ill.close(), well.close()]));

  const against = ({ url }: ServedSimulator, ...extra: readonly string[]): Promise<Result> => {
    const shell = new RealTimeConsole();
    shell.files.set('remediation.yaml', DOCUMENT);
    return shell.run(['diagnose', '--endpoint', url, '--clock', url, ...extra], VERBS);
  };

  it('prints causes, split, whys, findings, the connector doctor and the steps, writes nothing, and exits 1', async () => {
    const { code, stdout } = await against(ill, '--details');
    for (const part of [
      'connector-saturation',
      'Layers',
      'Why',
      'Findings',
      'Connector staging-connector: fail',
      'lever machine type',
      'Steps of the runbook',
      'Gates that cannot be measured',
    ])
      expect(stdout).toContain(part);
    expect(stdout).toMatch(/^ {2}infrastructure \d+ % · application \d+ % · process \d+ %(?: · unknown \d+ %)?$/m);
    expect(ill.simulator.writes()).toEqual([]);
    expect(code).toBe(1);
  });

  it('begins with the five lines that decide, shows the first evidence of each cause, and keeps levers and steps for --details', async () => {
    const { stdout } = await against(ill);
    const [wrong, would, oneWay, unknown, next] = stdout.split('\n');
    expect(wrong).toMatch(/^wrong: {3}(?:suspected, not proven: )?staging-connector is saturated .*; as of 20\d\d-/);
    expect(would).toMatch(/^would: {3}\S/);
    expect(oneWay).toMatch(/^one way: \S/);
    expect(unknown).toMatch(/^unknown: \S/);
    expect(next).toMatch(/^next: {4}firebreak plan/);
    expect(stdout).toMatch(/\n {3}- .*connector cpu p99 100 %.*\(vpcaccess\.googleapis\.com/);
    expect(stdout).not.toContain('lever machine type');
    expect(stdout).toMatch(/firebreak diagnose --endpoint \S+ --clock \S+ --details/);
  });

  it('exits 0 where everything is well, with the same object for programs', async () => {
    const { code, stdout } = await against(well, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ diagnosis: { healthy: true, causes: [] }, connectors: [{ verdict: { outcome: 'pass' } }] });
    expect(code).toBe(0);
  });

  it('exits 75 where the endpoint is down', async () => {
    const shell = new RealTimeConsole();
    shell.files.set('remediation.yaml', DOCUMENT);
    const { code, stderr } = await shell.run(['diagnose', '--endpoint', 'http://127.0.0.1:9'], VERBS);
    expect(stderr).toContain('cannot be reached');
    expect(code).toBe(75);
  });
});
