import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isThere } from '../architecture/outside.ts';
import { ROOT } from '../architecture/source.ts';
import { parseHcl } from './support/hcl.ts';
import { ROLE_NAMES } from './support/roles.ts';
import { terraform } from './support/tools.ts';

const FOLDER = `${ROOT}deploy/terraform`;
const files = globSync('*.tf', { cwd: FOLDER }).toSorted();
const texts = files.map((file) => readFileSync(join(FOLDER, file), 'utf8'));
const parsed = texts.map(parseHcl);
const declared = new Set(parsed.flatMap((file) => file.declared));
const references = parsed.flatMap((file) => file.references);
const example = readFileSync(`${ROOT}deploy/examples/issue-1278.yaml`, 'utf8');
const installed = isThere('terraform');

describe('the Terraform module', () => {
  test('refers to nothing that it does not declare', () => {
    const known = (name: string): boolean =>
      declared.has(name.replace(/^var\./, 'variable.')) || declared.has(name) || declared.has(`resource.${name}`);
    expect(references.filter((name) => !known(name))).toEqual([]);
  });

  test('declares no variable and no local that nothing uses', () => {
    const inputs = [...declared].filter((name) => /^(?:variable|local)\./.test(name));
    expect(inputs.filter((name) => !references.includes(name.replace(/^variable\./, 'var.')))).toEqual([]);
  });

  test('describes every variable', () => {
    const variables = texts.join('\n').match(/^variable "[^"]+" \{\n {2}description = ".+"/gm) ?? [];
    expect(variables).toHaveLength([...declared].filter((name) => name.startsWith('variable.')).length);
  });

  test('takes its permissions from the role files and lists none itself', () => {
    const identity = readFileSync(join(FOLDER, 'identity.tf'), 'utf8');
    expect(ROLE_NAMES.filter((name) => !identity.includes(`/../roles/${name}.yaml`))).toEqual([]);
    expect(texts.join('\n')).not.toMatch(/permissions\s*=\s*\[/);
  });

  test('binds the right to act as an account on accounts only, and no role of the owner kind at all', () => {
    const all = texts.join('\n');
    expect(all).toMatch(/run_roles = [^\n]+\n/);
    expect(/run_roles = [^\n]+/.exec(all)?.[0]).not.toContain('act_as');
    expect(all).not.toMatch(/roles\/(?:owner|editor|run\.admin|vpcaccess\.admin|storage\.admin|iam\.)/);
  });

  test('keeps the buckets closed and versioned', () => {
    const buckets = texts.join('\n').match(/resource "google_storage_bucket" [\s\S]*?\n\}/g) ?? [];
    expect(buckets).toHaveLength(2);
    for (const bucket of buckets) {
      expect(bucket).toMatch(/uniform_bucket_level_access = true/);
      expect(bucket).toMatch(/public_access_prevention\s+= "enforced"/);
      expect(bucket).toMatch(/versioning \{\n\s+enabled = true/);
    }
  });

  test('gives the check the account and the time of a run only where it may start runs, and refuses a document that wants it otherwise', () => {
    const jobs = readFileSync(join(FOLDER, 'jobs.tf'), 'utf8');
    expect(jobs).toContain(
      'capacity_account = var.capacity_starts_runs ? google_service_account.run.email : google_service_account.capacity.email',
    );
    const check = /resource "google_cloud_run_v2_job" "capacity" [\s\S]*?\n\}/.exec(jobs)?.[0] ?? '';
    expect(check).toContain('service_account = local.capacity_account');
    expect(check).toContain('timeout         = var.capacity_starts_runs ? "${var.timeout_seconds}s" : "240s"');
    expect(check).toContain('condition     = var.capacity_starts_runs || !local.capacity_document_starts_runs');
    expect(check).toContain('"--state", local.runs');
  });

  test('gives each job the secrets that its documents refer to, and its account the right to read them', () => {
    const jobs = readFileSync(join(FOLDER, 'jobs.tf'), 'utf8');
    expect(jobs.match(/dynamic "env" \{\n\s+for_each = var\.secret_environment/g)).toHaveLength(2);
    expect(texts.join('\n')).toContain('setproduct(distinct(values(var.secret_environment)), ["run", "capacity"])');
  });

  test("does not send the controller's calls through a connector", () => {
    expect(texts.join('\n')).not.toMatch(/^\s*(?:vpc_access|network_interfaces)\b/m);
  });

  test.each([
    ['a connector above 70 % CPU', /connector_cpu\s+= optional\(number, 0\.7\)/],
    ['connections above 75 %', /connections_share = optional\(number, 0\.75\)/],
    ['more than 5 % of 5xx', /error_share\s+= optional\(number, 0\.05\)/],
    ['a p95 above 10 s', /p95_latency_ms\s+= optional\(number, 10000\)/],
  ])('alerts at %s unless told otherwise', (_, shape) => {
    expect(texts.join('\n')).toMatch(shape);
  });

  test.skipIf(!installed)('is written as Terraform writes it', () => {
    const { ok, said } = terraform(['fmt', '-check', '-diff', '-recursive', FOLDER], FOLDER);
    expect(said).toBe('');
    expect(ok).toBe(true);
  });
});

test('the reader of Terraform files finds a bracket that does not close', () => {
  expect(() => parseHcl('locals {\n  a = [1, 2\n}\n')).toThrow('line 3');
  expect(() => parseHcl('locals {\n  a = "}" # }\n')).toThrow('line 1');
});

describe.skipIf(!installed)('its variables, as Terraform evaluates them', () => {
  const good = { project: 'my-project', region: 'us-central1', image: 'r/firebreak:1', documents: { 'shop.yaml': 'x' } };
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'firebreak-terraform-'));
    for (const file of ['variables.tf', 'documents.tf']) cpSync(join(FOLDER, file), join(folder, file));
    const shown = { thresholds: 'var.thresholds', starts_runs: 'local.capacity_document_starts_runs' };
    writeFileSync(
      join(folder, 'outputs.tf'),
      Object.entries(shown)
        .map(([name, value]) => `output "${name}" {\n  value = ${value}\n}\n`)
        .join(''),
    );
    expect(terraform(['init', '-no-color'], folder).ok).toBe(true);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('are content with what the README shows, and fill in the thresholds', () => {
    const { ok, said } = planWith({ ...good, database: { instance: 'db', max_connections: 100 }, thresholds: { error_share: 0.1 } });
    expect(said).toMatch(/connections_share\s+= 0\.75/);
    expect(said).toMatch(/error_share\s+= 0\.1/);
    expect(ok).toBe(true);
  });

  test.each([
    ['asks for runs', 'spec: { capacity: { startRun: true } }', true],
    ['asks for none', 'spec: { capacity: { startRun: false } }', false],
    ['says nothing of a capacity check', 'spec: { project: x }', false],
    ['is JSON and asks for runs', '{"spec":{"capacity":{"startRun":true}}}', true],
    ['has it commented out', 'spec:\n  capacity:\n    startRun: false # startRun: true\n    # startRun: true\n', false],
    ['asks for runs among other keys', "spec:\n  capacity: { schedule: '0 * * * *', startRun: true } # look\n", true],
    ['is the full example, with runs', example.replace('startRun: false', 'startRun: true'), true],
    ['is the full example', example, false],
  ])('tell of a document that %s whether the check needs what a run needs', (_, text, expected) => {
    const { ok, said } = planWith({ ...good, documents: { 'b.yaml': 'spec: { capacity: { startRun: true } }', 'a.yaml': text } });
    expect(said).toMatch(new RegExp(`starts_runs\\s+= ${expected}`));
    expect(ok).toBe(true);
  });

  test.each([
    ['a repository by its short name', { image_repositories: ['shop'] }],
    ['a region that is a zone', { region: 'us-central1-a' }],
    ['an image without tag or digest', { image: 'firebreak' }],
    ['no document', { documents: {} }],
    ['a document that is no file name', { documents: { '../shop.yaml': 'x' } }],
    ['a person as a runtime account', { runtime_service_accounts: ['ann@example.com'] }],
    ['an attempt that is shorter than the runbook', { timeout_seconds: 600 }],
    ['a share in percent', { thresholds: { error_share: 5 } }],
    ['a schedule with six fields', { capacity_schedule: '0 */5 * * * *' }],
  ])('refuse %s', (_, wrong) => {
    const { ok, said } = planWith({ ...good, ...wrong });
    expect(said).toContain('Invalid value for variable');
    expect(ok).toBe(false);
  });

  function planWith(values: object): ReturnType<typeof terraform> {
    writeFileSync(join(folder, 'test.auto.tfvars.json'), JSON.stringify(values));
    return terraform(['plan', '-no-color', '-lock=false'], folder);
  }
});
