import { describe, expect, it } from 'vitest';
import type { RunStatus } from '../../src/ports/store.ts';
import { Console, drivenRun } from './support/console.ts';

const change = (title: string, irreversible = false) => ({ title, irreversible, undo: 'put back' });
const CHANGES: RunStatus['changes'] = [
  change('Scale staging-connector', true),
  change('Pin backend'),
  change('Deploy auth'),
  change('Deploy auth'),
  change('Shift backend'),
];
const LEFT = { service: 'backend', why: 'a human has changed its traffic since, and that stands' };

async function rollback(status: Partial<RunStatus>): Promise<{ readonly code: number; readonly stderr: string; readonly left: number }> {
  const shell = new Console();
  await drivenRun(shell.store(), { status });
  const { code, stderr } = await shell.run(['rollback', '--yes']);
  return { code, stderr, left: (await shell.store().readCommands()).length };
}

it('says per service to which vector it will be put back, what a human’s change leaves as it is, and what cannot be undone', async () => {
  const { code, stderr, left } = await rollback({
    changes: CHANGES,
    rollback: { back: [{ service: 'auth', traffic: 'a-1 100 %' }], left: [LEFT] },
  });
  expect({ code, left }).toEqual({ code: 0, left: 1 });
  expect(stderr.split('\n')).toEqual([
    'firebreak: will be put back: auth to a-1 100 %',
    'firebreak: stays as it is: backend: a human has changed its traffic since, and that stands',
    'firebreak: cannot be undone: Scale staging-connector',
    '',
  ]);
});

it.each([
  ['nothing was changed', {}, 'the run has changed nothing'],
  [
    'only what cannot be undone was changed',
    { changes: CHANGES.slice(0, 1), rollback: { back: [], left: [] } },
    'nothing can be put back: Scale',
  ],
  [
    'a human has changed it all since',
    { changes: CHANGES, rollback: { back: [], left: [LEFT] } },
    'nothing can be put back: backend: a human',
  ],
])('is refused, and not left lying, where %s', async (_what, status, said) => {
  const { code, stderr, left } = await rollback(status);
  expect({ code, left }).toEqual({ code: 2, left: 0 });
  expect(stderr).toContain(said);
});

describe('asks at a terminal, because it moves users at once', () => {
  const status = {
    changes: CHANGES,
    rollback: { back: [{ service: 'auth', traffic: 'a-1 100 %' }], left: [LEFT], mind: ['Mind that a-1 did no better.'] },
  };
  const answered = async (
    typed: string[] | null,
    ...words: string[]
  ): Promise<Awaited<ReturnType<Console['run']>> & { readonly left: number }> => {
    const shell = new Console();
    shell.typed = typed;
    await drivenRun(shell.store(), { status });
    const said = await shell.run(['rollback', ...words]);
    return { ...said, left: (await shell.store().readCommands()).length };
  };

  it('with what is put back, what speaks against it, and what stays in the prompt itself', async () => {
    const { code, stderr, stdout, left } = await answered(['y']);
    expect({ code, left }).toEqual({ code: 0, left: 1 });
    expect(stderr).toContain('Mind that a-1 did no better.\nwill be put back: auth to a-1 100 %\n');
    expect(stdout).toContain(
      'no   sends nothing\nyes  puts back 1 service, watches it, and ends the run; 1 change CANNOT BE UNDONE and stays\nRoll back? [y/N] ',
    );
  });

  it.each([
    ['anything but a yes', ['']],
    ['nobody who could be asked', null],
  ])('and leaves nothing after %s', async (_what, typed) => {
    const { code, stderr, left } = await answered(typed);
    expect({ code, left }).toEqual({ code: 2, left: 0 });
    expect(stderr).toContain('fix: ');
  });

  it('but not with --yes', async () => {
    expect(await answered([], '--yes')).toMatchObject({ code: 0, left: 1 });
  });
});
