import { readFileSync } from 'node:fs';
import { fromPromise, setup } from 'xstate';
import { expect, test } from 'vitest';
import { documentationOf } from '../../machines/documentation.ts';
import { letterOf } from '../../machines/letters.ts';
import { picturesOf, SMALLEST_LETTER, subjectsOf } from '../../machines/mermaid.ts';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { everyState, pathOf } from '../../machines/outline.ts';
import { ROOT } from '../architecture/source.ts';

const small = setup({
  actors: { look: fromPromise(() => Promise.resolve(1)) },
  guards: { good: () => true },
  delays: { LIMIT: 90_000 },
}).createMachine({
  id: 'small',
  initial: 'looking',
  states: {
    looking: {
      description: 'Looks | once',
      tags: ['observing'],
      meta: { owner: 'firebreak', gate: 'seen' },
      invoke: { src: 'look', onDone: [{ guard: 'good', target: 'end' }, { target: 'waiting.long' }], onError: 'waiting' },
      after: { LIMIT: 'waiting' },
    },
    waiting: { initial: 'short', states: { short: { on: { GO: '#small.looking', NOTE: { reenter: false } } }, long: { always: 'short' } } },
    end: { type: 'final' },
  },
});

test('draws a machine that fits into one picture, with activities, guards, deadlines, nesting and ends', () => {
  expect(subjectsOf(small.root)).toEqual([small.root]);
  expect(picturesOf(small.root)[0]!.text.split('\n')).toEqual([
    'stateDiagram-v2',
    '  [*] --> looking',
    '  state "looking ▶ look" as looking',
    '  state "waiting" as waiting {',
    '    [*] --> waiting_short',
    '    state "short" as waiting_short',
    '    state "long" as waiting_long',
    '  }',
    '  state "end" as end',
    '  end --> [*]',
    '  looking --> end : done [good]',
    '  looking --> waiting_long : done',
    '  looking --> waiting : failed<br>after LIMIT',
    '  waiting_short --> looking : GO',
    '  waiting_short --> waiting_short : NOTE (stays)',
    '  waiting_long --> waiting_short : otherwise',
    '  classDef observing fill:#e3f2fd,stroke:#1565c0,color:#0d2b45',
    '  class looking observing',
  ]);
});

test('lists meaning, owner and deadline of each state, and keeps the table whole', () => {
  const text = documentationOf([{ file: 'small.machine.ts', machine: small }]);
  expect(text).toContain('| `looking` | observing | Looks \\| once<br>runs `look`<br>gate: seen | firebreak | `LIMIT` 90 s |');
  expect(text).toContain('| `GO` | `waiting.short` |');
  expect(text).toContain('| `good` | `looking` |');
});

test('gives every picture at most as many states as can be read, and describes each state once', () => {
  const text = documentationOf([{ file: 'incident/incident.machine.ts', machine: incidentMachine }]);
  const described = text.match(/^\| `[^`]+` \|(?:[^|\n]|\\\|)*\|(?:[^|\n]|\\\|)*\|(?:[^|\n]|\\\|)*\|(?:[^|\n]|\\\|)*\|$/gm) ?? [];
  expect(described).toHaveLength(everyState(incidentMachine.root).length - 1);
  expect(subjectsOf(incidentMachine.root).map(pathOf)).toContain('working.runbook.capacity');
});

const README = readFileSync(`${ROOT}machines/README.md`, 'utf8');
const pictures = [...README.matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, picture]) => picture!);

test('every letter of every picture can be read on a page', () => {
  expect(pictures.length).toBeGreaterThan(20);
  const small = pictures.filter((picture) => letterOf(picture) < SMALLEST_LETTER);
  expect(small).toEqual([]);
});

test('the orders of humans are drawn, and how every change is carried out', () => {
  for (const order of ['HOLD', 'RESUME', 'ABORT', 'ROLLBACK', 'SKIP', 'APPROVE', 'REJECT', 'RETRY', 'ADOPT'])
    expect(
      pictures.some((picture) => new RegExp(`--> \\w+ : (?:.*<br>)?${order}\\b`).test(picture)),
      order,
    ).toBe(true);
  expect(README).toContain('### How every change is carried out');
});

test('machines/README.md says what the charts say', () => {
  const wanted = documentationOf([{ file: 'incident/incident.machine.ts', machine: incidentMachine }]);
  expect(README === wanted, 'a chart has changed: run `npm run machines:readme` and read the difference').toBe(true);
});
