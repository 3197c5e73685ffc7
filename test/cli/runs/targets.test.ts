import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EXIT } from '../../../src/cli/process/exit.ts';
import type { ExitCode } from '../../../src/cli/process/exit.ts';
import type { Verb, VerbDeps } from '../../../src/cli/deps.ts';
import { chooseTargets, runTargets, taskOf, worstOf } from '../../../src/cli/runs/targets.ts';
import { TransientError, UserError } from '../../../src/core/errors.ts';
import { Console, drivenRun } from '../support/console.ts';

describe('chooseTargets', () => {
  const documents = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}\.yaml$/), { maxLength: 40 });

  test('gives each document to exactly one task, whatever the numbers', () => {
    fc.assert(
      fc.property(documents, fc.integer({ min: 1, max: 12 }), (all, count) => {
        const shares = Array.from({ length: count }, (_, index) => chooseTargets(all, { index, count }));
        expect(shares.flat().toSorted()).toEqual(all.toSorted());
      }),
    );
  });

  test('loads no task with two documents more than another', () => {
    fc.assert(
      fc.property(documents, fc.integer({ min: 1, max: 12 }), (all, count) => {
        const sizes = Array.from({ length: count }, (_, index) => chooseTargets(all, { index, count }).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('does not depend on the order in which the folder lists them', () => {
    const share = chooseTargets(['c.yaml', 'a.yaml', 'b.yaml'], { index: 1, count: 2 });
    expect(share).toEqual(['b.yaml']);
    expect(chooseTargets(['b.yaml', 'c.yaml', 'a.yaml'], { index: 1, count: 2 })).toEqual(share);
  });
});

describe('taskOf', () => {
  test('is alone outside a job', () => {
    expect(taskOf({})).toEqual({ index: 0, count: 1, execution: null });
  });

  test.each([
    ['Cloud Run', { CLOUD_RUN_TASK_INDEX: '2', CLOUD_RUN_TASK_COUNT: '5', CLOUD_RUN_EXECUTION: 'firebreak-x7k2p' }, 'firebreak-x7k2p'],
    ['Kubernetes', { JOB_COMPLETION_INDEX: '2', FIREBREAK_TASK_COUNT: '5', FIREBREAK_EXECUTION: 'uid' }, 'uid'],
  ])('reads the numbers as %s tells them', (_, env, execution) => {
    expect(taskOf(env)).toEqual({ index: 2, count: 5, execution });
  });

  test.each([
    ['an index without a count', { CLOUD_RUN_TASK_INDEX: '0' }],
    ['a count without an index', { CLOUD_RUN_TASK_COUNT: '3' }],
    ['an index beyond the count', { CLOUD_RUN_TASK_INDEX: '3', CLOUD_RUN_TASK_COUNT: '3' }],
    ['what is no number', { CLOUD_RUN_TASK_INDEX: '-1', CLOUD_RUN_TASK_COUNT: '3' }],
    ['no tasks at all', { CLOUD_RUN_TASK_INDEX: '0', CLOUD_RUN_TASK_COUNT: '0' }],
  ])('refuses %s, because a target could be left out unseen', (_, env) => {
    expect(() => taskOf(env)).toThrow(UserError);
  });
});

test('the exit code of several runs is that of the one that most needs a human', () => {
  expect(worstOf([])).toBe(EXIT.ok);
  expect(worstOf([EXIT.ok, EXIT.tryAgain, EXIT.ok])).toBe(EXIT.tryAgain);
  expect(worstOf([EXIT.tryAgain, EXIT.human, EXIT.failed])).toBe(EXIT.human);
  expect(worstOf([EXIT.human, EXIT.escalated])).toBe(EXIT.escalated);
  expect(worstOf([EXIT.escalated, EXIT.terminated])).toBe(EXIT.terminated);
});

describe('runTargets', () => {
  let folder: string;
  let console: Console;
  let seen: { readonly file: string; readonly id: string }[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'firebreak-targets-'));
    console = new Console();
    seen = [];
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test('runs the documents of the folder one after the other, by name, and nothing else that lies there', async () => {
    put('b.yaml', 'b');
    put('a.json', 'a');
    put('notes.md', 'no document');
    put('.hidden.yaml', 'no document');
    // As a mounted ConfigMap or secret looks.
    symlinkSync(join(folder, 'b.yaml'), join(folder, 'c.yml'));
    const { code } = await run(() => EXIT.ok);
    expect(seen.map(({ file }) => file)).toEqual(['a.json', 'b.yaml', 'c.yml'].map((name) => join(folder, name)));
    expect(code).toBe(EXIT.ok);
  });

  test('a target that cannot run does not take the turn of the next one', async () => {
    for (const name of ['a', 'b', 'c']) put(`${name}.yaml`, name);
    const { code, stderr } = await run((file) => {
      if (file.endsWith('a.yaml')) throw new UserError('lease-held', 'held by execution x1', 'wait', { exitCode: 75 });
      if (file.endsWith('b.yaml')) throw new TransientError('UNAVAILABLE', 'Google is away');
      return EXIT.ok;
    });
    expect(seen).toHaveLength(3);
    expect(code).toBe(EXIT.tryAgain);
    expect(stderr).toContain('a.yaml: held by execution x1');
    expect(stderr).toContain('b.yaml: Google is away');
  });

  test('a signal ends the sequence', async () => {
    for (const name of ['a', 'b', 'c']) put(`${name}.yaml`, name);
    const { code } = await run((file) => (file.endsWith('b.yaml') ? EXIT.terminated : EXIT.ok));
    expect(seen).toHaveLength(2);
    expect(code).toBe(EXIT.terminated);
  });

  test('a task beyond the number of targets says so and is content', async () => {
    put('a.yaml', 'a');
    Object.assign(console.env, { CLOUD_RUN_TASK_INDEX: '1', CLOUD_RUN_TASK_COUNT: '2' });
    const { code, stderr } = await run(() => EXIT.failed);
    expect(seen).toEqual([]);
    expect(code).toBe(EXIT.ok);
    expect(stderr).toContain('task 1 of 2 has nothing to do');
  });

  test('does not begin a second run when the job starts a task again whose run was escalated', async () => {
    put('a.yaml', 'a');
    console.env['CLOUD_RUN_EXECUTION'] = 'firebreak-x7k2p';
    await run(() => EXIT.escalated);
    await endedAs(seen[0]!.id, 'escalated');
    const retried = await run(() => EXIT.ok);
    expect(seen).toHaveLength(1);
    expect(retried.code).toBe(EXIT.escalated);
    expect(retried.stderr).toContain('already ended its run (escalated)');
  });

  test('goes on with an unfinished run when the job starts the task again', async () => {
    put('a.yaml', 'a');
    console.env['CLOUD_RUN_EXECUTION'] = 'firebreak-x7k2p';
    await run(() => EXIT.bug);
    await endedAs(seen[0]!.id, null);
    await run(() => EXIT.ok);
    expect(seen).toHaveLength(2);
  });

  test('another execution begins a run of its own over the ended one', async () => {
    put('a.yaml', 'a');
    console.env['CLOUD_RUN_EXECUTION'] = 'firebreak-x7k2p';
    await run(() => EXIT.escalated);
    await endedAs(seen[0]!.id, 'escalated');
    console.env['CLOUD_RUN_EXECUTION'] = 'firebreak-q9rst';
    const later = await run(() => EXIT.ok);
    expect(seen).toHaveLength(2);
    expect(later.code).toBe(EXIT.ok);
  });

  test.each([
    ['a folder that is not there', '/nowhere-at-all', 'cannot be read'],
    ['an empty folder', null, 'holds no Remediation document'],
  ])('refuses %s: no target is not "all targets are well"', async (_, elsewhere, words) => {
    const { code, stderr } = await run(() => EXIT.ok, elsewhere ?? folder);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain(words);
  });

  function put(file: string, name: string): void {
    const spec = { project: 'shop-staging', region: 'us-central1', services: [{ name: 'web', pin: 'lastHealthy' }] };
    writeFileSync(
      join(folder, file),
      JSON.stringify({ apiVersion: 'firebreak.dev/v1', kind: 'Remediation', metadata: { name: `run-${name}` }, spec }),
    );
  }

  /** The record that a run under the name `id` gives would have left. */
  async function endedAs(id: string, outcome: string | null): Promise<void> {
    const ended = outcome === null ? null : { at: 1, outcome };
    await drivenRun(console.store('shop-staging/us-central1/run-a'), {
      record: { runId: `run-a-20250916T143000Z-${id.slice(0, 4)}`, ended },
    });
  }

  /** `run --targets FOLDER` as the program calls it; `work` stands for a whole run of one document. */
  function run(work: (file: string) => ExitCode, from: string = folder) {
    const one = async (file: string, deps: VerbDeps): Promise<void> => {
      seen.push({ file, id: deps.newId() });
      deps.finish(work(file));
    };
    const verb: Verb = (program, deps) =>
      program
        .command('run')
        .action(() => runTargets({ folder: from, state: 'memory' }, { ...deps, readFile: (path) => readFile(path) }, one));
    return console.run(['run'], [verb]);
  }
});
