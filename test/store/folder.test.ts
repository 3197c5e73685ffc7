import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/core/duration.ts';
import { TransientError, UserError } from '../../src/core/errors.ts';
import { temporaryOf } from '../../src/store/folder-lock.ts';
import { createFolderStore } from '../../src/store/folder.ts';
import { isGone, localHost } from '../../src/store/local-host.ts';
import type { LocalHost } from '../../src/store/local-host.ts';
import { STATUS } from '../cli/support/console.ts';
import { thisHost } from '../durable/support/this-host.ts';
import { lineAt, NOW, owner, recordAt, storeContract } from './contract.ts';

const HERE = thisHost();

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'firebreak-store-'));
}

/** A machine whose processes live and die as the test says. */
function pretendHost(pid: number, marks: Map<number, string>, id = 'pretend'): LocalHost {
  return { id, pid, markOf: (asked) => marks.get(asked) ?? null, isStopped: () => false };
}

storeContract('the folder store', () => {
  const dir = temporaryFolder();
  const marks = new Map([
    [1, 'start-1'],
    [4_000_000, 'start-x'],
  ]);
  return {
    open: () => createFolderStore(dir, 'netra-staging/us-central1/issue-1278', { host: pretendHost(1, marks) }),
    kill: (holder) => void marks.delete(holder.pid),
    dispose: () => rmSync(dir, { recursive: true, force: true }),
  };
});

storeContract('the folder store that need not survive a loss of power', () => {
  const dir = temporaryFolder();
  return {
    open: () => createFolderStore(dir, 'target', { host: HERE, survives: 'process-death' }),
    dispose: () => rmSync(dir, { recursive: true, force: true }),
  };
});

describe('the folder store', () => {
  let dir: string;
  const open = (host: LocalHost = HERE) => createFolderStore(dir, 'target', { host });
  const path = (...names: string[]) => join(dir, 'target', ...names);

  beforeEach(() => {
    dir = temporaryFolder();
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('makes no folder by reading', async () => {
    const store = open();
    await store.load();
    await store.readLease();
    await store.readCommands();
    await store.readJournal('run-1');
    await store.readStatus();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('leaves no temporary file and no lock behind', async () => {
    const store = open();
    await store.acquireLease(owner('a'), NOW, 1_000);
    await store.save(recordAt(1, 1));
    expect(readdirSync(path()).sort()).toEqual(['lease.json', 'record.json']);
  });

  it('never leads out of its folder, whatever the target is called', async () => {
    await createFolderStore(join(dir, 'inner'), '..', { host: HERE }).save(recordAt(1, 1));
    expect(readdirSync(dir)).toEqual(['inner']);
    expect(readdirSync(join(dir, 'inner'))).toHaveLength(1);
  });

  describe('a record that cannot be read', () => {
    it.each([
      ['a torn one', '{"format":1,"runId":"run-1","epo', 'record-torn'],
      ['something else', '[1,2]', 'record-torn'],
      ['one with parts missing', '{"format":1,"runId":"run-1"}', 'record-torn'],
      ['one of a newer version', JSON.stringify({ ...recordAt(1, 1), format: 2 }), 'record-format'],
    ])('is refused with a way out: %s', async (_name, text, code) => {
      await open().save(recordAt(1, 1));
      writeFileSync(path('record.json'), text);
      const refusal = await open()
        .load()
        .catch((thrown: unknown) => thrown);
      expect(refusal).toBeInstanceOf(UserError);
      expect(refusal).toMatchObject({ code, fix: expect.stringMatching(/aside/) as string });
      // Nor is it overwritten.
      await expect(open().save(recordAt(9, 9))).rejects.toMatchObject({ code });
      expect(readFileSync(path('record.json'), 'utf8')).toBe(text);
    });
  });

  describe('a folder that cannot be used', () => {
    it('is refused when a file is in the way', async () => {
      writeFileSync(path(), 'not a folder');
      await expect(open().acquireLease(owner('a'), NOW, 1)).rejects.toMatchObject({ kind: 'user', code: 'store-not-a-folder' });
    });

    it('is refused when the disk is full', async () => {
      await open().save(recordAt(1, 1));
      symlinkSync('/dev/full', temporaryOf(path('lock'), `${HERE.pid} ${HERE.markOf(HERE.pid)} ${HERE.id}`));
      await expect(open().save(recordAt(1, 2))).rejects.toMatchObject({ kind: 'user', code: 'store-full', exitCode: 75 });
      expect((await open().load())!.seq).toBe(1);
    });

    it('is refused when it may not be written', async () => {
      const store = createFolderStore('/sys/firebreak', 'target', { host: HERE });
      await expect(store.acquireLease(owner('a'), NOW, 1)).rejects.toBeInstanceOf(UserError);
    });
  });

  describe('the journal on disk', () => {
    it('passes over a torn last line and heals it with the next append', async () => {
      await open().appendJournal('run-1', [lineAt(1), lineAt(2, 'ü')]);
      appendFileSync(path('journal', 'run-1', '000001.ndjson'), '{"seq":3,"at":17');
      expect(await open().readJournal('run-1')).toHaveLength(2);
      const store = open();
      await store.appendJournal('run-1', [lineAt(3)]);
      await store.appendJournal('run-1', [lineAt(4)]);
      expect(await open().readJournal('run-1')).toEqual([lineAt(1), lineAt(2, 'ü'), lineAt(3), lineAt(4)]);
      expect(readFileSync(path('journal', 'run-1', '000001.ndjson'), 'utf8').split('\n')).toHaveLength(5);
    });

    it('heals a line that was torn while the store was open', async () => {
      const store = open();
      await store.appendJournal('run-1', [lineAt(1)]);
      appendFileSync(path('journal', 'run-1', '000001.ndjson'), '{"seq":2,');
      await store.appendJournal('run-1', [lineAt(2)]);
      expect(await store.readJournal('run-1')).toEqual([lineAt(1), lineAt(2)]);
    });

    it('goes on in numbered segments', async () => {
      const store = open();
      for (let seq = 1; seq <= 2_001; seq += 667)
        await store.appendJournal(
          'run-1',
          Array.from({ length: 667 }, (_, index) => lineAt(seq + index)),
        );
      expect(readdirSync(path('journal', 'run-1'))).toEqual(['000001.ndjson', '000002.ndjson', '000003.ndjson']);
      const again = open();
      await again.appendJournal('run-1', [lineAt(2_001), lineAt(2_002)]);
      expect((await again.readJournal('run-1')).map(({ seq }) => seq)).toEqual(Array.from({ length: 2_002 }, (_, index) => index + 1));
    });
  });

  it('passes over what is not a command', async () => {
    const store = open();
    await store.sendCommand({ id: 'good', at: 1, by: 'ana', event: { type: 'HOLD' } });
    writeFileSync(path('inbox', 'torn.json'), '{"id":');
    writeFileSync(path('inbox', 'odd.json'), '{"id":"odd"}');
    expect((await store.readCommands()).map(({ id }) => id)).toEqual(['good']);
  });

  describe('holders that may be dead', () => {
    const marks = new Map<number, string>();
    beforeEach(() => {
      marks.clear();
      marks.set(1, 'm1').set(2, 'm2');
    });

    it('does not take the lease from a live process', async () => {
      await open(pretendHost(1, marks)).acquireLease(owner('a', 1), NOW, 1_000);
      expect((await open(pretendHost(2, marks)).acquireLease(owner('b', 2), NOW + 1, 1_000)).acquired).toBe(false);
    });

    it('takes it from a process whose number has passed to another', async () => {
      await open(pretendHost(1, marks)).acquireLease(owner('a', 1), NOW, 1_000);
      marks.set(1, 'reborn');
      expect((await open(pretendHost(2, marks)).acquireLease(owner('b', 2), NOW + 1, 1_000)).acquired).toBe(true);
    });

    it('does not judge a process of another machine by its number', async () => {
      await open(pretendHost(1, marks, 'elsewhere')).acquireLease(owner('a', 77), NOW, 1_000);
      expect((await open(pretendHost(2, marks)).acquireLease(owner('b', 2), NOW + 1, 1_000)).acquired).toBe(false);
    });

    it('takes away the lock of a dead process, and waits in vain for a live one', async () => {
      await open(pretendHost(1, marks)).save(recordAt(1, 1));
      symlinkSync('9 m9 pretend', path('lock'));
      await open(pretendHost(1, marks)).save(recordAt(1, 2));
      symlinkSync('2 m2 pretend', path('lock'));
      await expect(open(pretendHost(1, marks)).save(recordAt(1, 3))).rejects.toThrow(TransientError);
      rmSync(path('lock'));
      expect((await open().load())!.seq).toBe(2);
    });

    it('takes away a dead lock also when its last taker died in the act', async () => {
      await open(pretendHost(1, marks)).save(recordAt(1, 1));
      symlinkSync('9 m9 pretend', path('lock'));
      symlinkSync('8 m8 pretend', path('lock.taking'));
      await open(pretendHost(1, marks)).save(recordAt(1, 2));
      expect(readdirSync(path())).toEqual(['record.json']);
    });
  });

  it('does not show what a holder has to say whose lease another has taken', async () => {
    const [old, young] = [open(), open()];
    await old.acquireLease(owner('a'), NOW, 1_000);
    await old.writeStatus(STATUS);
    await young.acquireLease(owner('b'), NOW + 2_000, 1_000);
    await old.writeStatus({ ...STATUS, phase: 'overtaken' });
    expect((await young.readStatus())?.phase).toBe(STATUS.phase);
    await young.writeStatus({ ...STATUS, phase: 'new' });
    expect((await old.readStatus())?.phase).toBe('new');
  });

  it.skipIf(!existsSync('/proc/self/stat'))(
    'is taken over also from a process that was stopped in the middle of a save; when it goes on, that save comes to nothing',
    async () => {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'support', 'stop-in-save.ts'), dir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (chunk) => (said += String(chunk)));
      while (!HERE.isStopped(child.pid!)) await setTimeout(5);
      expect(readdirSync(path())).toContain('lock');
      const taken = await open().acquireLease(owner('b'), NOW + MINUTE, MINUTE);
      await open().save(recordAt(2, 1));
      const files = (): readonly string[] => readdirSync(path()).map((name) => `${name} ${readFileSync(path(name), 'utf8')}`);
      const before = files();
      child.kill('SIGCONT');
      await once(child, 'close');
      expect(taken).toMatchObject({ acquired: true, lease: { epoch: 2 } });
      expect(said).toBe('epoch-passed\n');
      expect(files()).toEqual(before);
    },
  );

  it('lets many processes at the lease and grants each epoch once', () => {
    const script = join(import.meta.dirname, 'support', 'grab-lease.ts');
    const children = Array.from({ length: 3 }, (_, index) => `"${process.execPath}" "${script}" "${dir}" ${index} &`).join('\n');
    const { stdout, stderr } = spawnSync('sh', ['-c', `${children}\nwait`], { encoding: 'utf8' });
    const epochs = stdout.trim().split('\n').map(Number);
    expect(stderr).toBe('');
    expect(epochs.length).toBe(3 * 40);
    expect(epochs.sort((one, other) => one - other)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  }, 300_000);
});

describe('whether a process is gone', () => {
  it('knows this process from one that never was', () => {
    const host = localHost({ hostname: 'here', pid: process.pid, exists: (pid) => pid === process.pid });
    const mark = host.markOf(process.pid)!;
    expect(isGone(host, process.pid, mark)).toBe(false);
    expect(isGone(host, process.pid, 'another-life')).toBe(true);
    expect(isGone(host, 2 ** 22 + 1, mark)).toBe(true);
  });

  it('believes in a process that exists but shows nothing of itself', () => {
    const host: LocalHost = { id: 'h', pid: 1, markOf: () => 'unknown', isStopped: () => false };
    expect(isGone(host, 1, 'start')).toBe(false);
  });
});
