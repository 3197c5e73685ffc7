import { expect, test } from 'vitest';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { everyState } from '../../machines/outline.ts';
import { sourceFiles } from './source.ts';

const states = everyState(incidentMachine.root);
const paths = states.map(({ path }) => `.${path.join('.')}.`);

/** Of one word, only what no other part of the program means by it: a run may be `held` and `services` are many things. */
const NAMES = new Set(states.map(({ key }) => key).filter((key) => /[A-Z]|ing$/.test(key)));

/** `operator.held`, `.proving.`, `incident.working.watch.`: as much of a path as makes a place; or a state's own name. */
function spellsState(words: string): boolean {
  const inner = words.replace(/^\.|\.$/g, '').replace(/^incident\./, '');
  if (NAMES.has(inner)) return true;
  return inner.includes('.') && paths.some((path) => path.includes(`.${inner}.`));
}

test.each(['operator.held', 'awaitingApproval', '.proving.', 'incident.working.runbook.', 'runbook.restoring', 'resting'])(
  'sees the state in %j',
  (words) => {
    expect(spellsState(words)).toBe(true);
  },
);

test.each(['held', 'services', 'recovered', 'observe.done', 'policy.freeze', 'a run that is restoring'])('sees none in %j', (words) => {
  expect(spellsState(words)).toBe(false);
});

test('only the chart spells its states: the others ask machines/incident/places.ts and paths.ts', () => {
  const broken = sourceFiles(['src'])
    .filter(({ path }) => !path.startsWith('src/simulator/'))
    .flatMap(({ path, strings }) =>
      strings.filter(({ words }) => spellsState(words)).map(({ words, line }) => `${path}:${line} '${words}'`),
    );
  expect(broken).toEqual([]);
});
