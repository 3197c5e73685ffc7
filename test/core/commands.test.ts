import { expect, test } from 'vitest';
import { commandLine, completed } from '../../src/core/commands.ts';
import type { Place } from '../../src/core/commands.ts';

const PLACE: Place = { state: 'st ate', target: 'p/r/n', file: 'mine.yaml', endpoint: 'http://127.0.0.1:1', clock: 'http://127.0.0.1:1' };

test.each([
  ['why', "firebreak why --state 'st ate' --target p/r/n"],
  ['approve --plan 1a2b3c4d', "firebreak approve --state 'st ate' --target p/r/n --plan 1a2b3c4d"],
  ['report run-1 --format handoff', "firebreak report --state 'st ate' run-1 --format handoff"],
  ['serve', "firebreak serve --state 'st ate'"],
  ['plan', 'firebreak plan -f mine.yaml --endpoint http://127.0.0.1:1 --clock http://127.0.0.1:1'],
  ['run --dry-run', "firebreak run -f mine.yaml --state 'st ate' --endpoint http://127.0.0.1:1 --clock http://127.0.0.1:1 --dry-run"],
  ['diagnose --logs -', 'firebreak diagnose --logs -'],
  ['rehearse --list', 'firebreak rehearse --list'],
])('%s can be pasted where nothing is the default', (words, command) => {
  expect(commandLine(words, PLACE)).toBe(command);
  expect(completed(command, PLACE)).toBe(command);
});

test('says nothing that is the default', () => {
  for (const words of ['why', 'run', 'plan', 'report'])
    expect(commandLine(words, { state: '.firebreak', file: 'remediation.yaml' })).toBe(`firebreak ${words}`);
});

test('a run is told by its document where that was how it was named, and reached through Google where the state lies there', () => {
  expect(commandLine('why', { file: 'mine.yaml', selectsByFile: true })).toBe('firebreak why -f mine.yaml');
  expect(commandLine('why', { file: 'mine.yaml' })).toBe('firebreak why');
  expect(commandLine('why', { state: 'gs://b/p', endpoint: 'http://h' })).toBe('firebreak why --state gs://b/p --endpoint http://h');
});

test('completes each command of a sentence by itself, and leaves all else', () => {
  const place = { state: 'x' };
  expect(completed('look: `firebreak status` · firebreak why; firebreak abort --state y --reason WHY', place)).toBe(
    'look: `firebreak status --state x` · firebreak why --state x; firebreak abort --state y --reason WHY',
  );
  for (const other of ['another firebreak run-book', 'a.firebreak why', '/firebreak why', 'Firebreak runs', 'firebreak whyever'])
    expect(completed(other, place)).toBe(other);
});

test('what is added is written as the text is', () => {
  expect(completed('<b>firebreak why</b>', { state: 'a b' }, (option) => option.replaceAll("'", '&#39;'))).toBe(
    '<b>firebreak why --state &#39;a b&#39;</b>',
  );
  const whole = '<code>firebreak why --state &#39;a b&#39; --target p/r/n</code>';
  expect(completed(whole, { state: 'a b', target: 'p/r/n' })).toBe(whole);
});
