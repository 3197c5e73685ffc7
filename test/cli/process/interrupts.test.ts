import { describe, expect, it } from 'vitest';
import { exitOfSignal } from '../../../src/cli/process/exit.ts';
import { interruptible } from '../../../src/cli/process/interrupts.ts';
import { Console } from '../support/console.ts';

const WORDS = { stopping: 'saving', resume: 'firebreak run' };

/** Work that ends only when it is told to. */
const obedient = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve('saved')));

describe('stopping by a signal', () => {
  it('lets the work end by itself, and says how to go on', async () => {
    const shell = new Console();
    const running = interruptible(shell.deps(), WORDS, obedient);
    shell.signal('SIGTERM');
    await expect(running).resolves.toEqual({ value: 'saved', stoppedBy: 'SIGTERM' });
    expect(shell.said).toBe('firebreak: SIGTERM: saving; once more stops at once\nfirebreak: stopped; go on with: firebreak run\n');
    expect(shell.exits).toEqual([]);
  });

  it('at once when it comes a second time', () => {
    const shell = new Console();
    void interruptible(shell.deps(), WORDS, () => new Promise(() => {}));
    shell.signal('SIGINT');
    shell.pass(2_000);
    shell.signal('SIGINT');
    expect(shell.exits).toEqual([130]);
  });

  it('lets it end by itself when the terminal hangs up, however often it says so', async () => {
    const shell = new Console();
    let save = (): void => {};
    const running = interruptible(shell.deps(), WORDS, () => new Promise<string>((resolve) => (save = () => resolve('saved'))));
    for (let times = 0; times < 3; times += 1) {
      shell.signal('SIGHUP');
      shell.pass(2_000);
    }
    expect(shell.exits).toEqual([]);
    save();
    const { stoppedBy } = await running;
    expect(exitOfSignal(stoppedBy!)).toBe(129);
  });

  it('counts one key press that arrives twice as one', async () => {
    const shell = new Console();
    const running = interruptible(shell.deps(), WORDS, obedient);
    shell.signal('SIGINT');
    shell.pass(3);
    shell.signal('SIGINT');
    await expect(running).resolves.toMatchObject({ stoppedBy: 'SIGINT' });
    expect(shell.exits).toEqual([]);
  });

  it('takes a rejection with the abort for obedience, but not another error', async () => {
    const shell = new Console();
    const aborted = interruptible(shell.deps(), WORDS, (signal) =>
      shell.clock.sleepUntil(Infinity, signal).then(() => signal.throwIfAborted()),
    );
    shell.signal('SIGINT');
    await expect(aborted).resolves.toEqual({ value: null, stoppedBy: 'SIGINT' });
    const broken = interruptible(shell.deps(), WORDS, async () => {
      shell.signal('SIGINT');
      throw new Error('the store is away');
    });
    await expect(broken).rejects.toThrow('the store is away');
  });

  it('gives the signals back when the work is done', async () => {
    const shell = new Console();
    await expect(interruptible(shell.deps(), WORDS, async () => 1)).resolves.toEqual({ value: 1, stoppedBy: null });
    expect(shell.listening).toBe(0);
    expect(shell.said).toBe('');
  });
});
