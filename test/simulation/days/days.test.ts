import { expect, test } from 'vitest';
import { runAt } from './day.ts';
import { ENVIRONMENTS } from './environments.ts';

/** `npm run simulate:days` begins a run in every hour. */
const HOURS = [4, 15];

for (const environment of ENVIRONMENTS)
  test(`${environment.name}: on an ordinary day nothing is written, and all is found well`, { timeout: 300_000 }, async () => {
    for (const hour of HOURS) expect(await runAt(environment, hour)).toMatchObject({ outcome: 'recovered', writes: [] });
  });
