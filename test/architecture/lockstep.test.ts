import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ROOT } from './source.ts';

/** A simulator whose time runs by itself is what they are about, or is spoken to by clients that join no clock. */
const BY_ITSELF = [
  'test/cli/process/process.test.ts',
  'test/contract/simulator-clients.test.ts',
  'test/simulator/clocks/lockstep-clock.test.ts',
  'test/simulator/server.test.ts',
];

test('two processes are tested in lock-step: what they prove does not hang on how fast the machine is', () => {
  const runs = /serveSimulator\(.*\bspeed(?!: 'lockstep')|'simulate', '--port', '0'(?!.*'lockstep')/;
  const found = globSync('test/**/*.ts', { cwd: ROOT }).filter((file) => runs.test(readFileSync(`${ROOT}${file}`, 'utf8')));
  expect(found.filter((file) => file !== 'test/architecture/lockstep.test.ts').toSorted()).toEqual(BY_ITSELF);
});
