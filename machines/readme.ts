import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { documentationOf } from './documentation.ts';
import { incidentMachine } from './incident/incident.machine.ts';

/**
 * `node machines/readme.ts` says whether machines/README.md is what the charts say, and ends with 1 when it is not;
 * `--write` writes it.
 */
const path = new URL('README.md', import.meta.url);
const wanted = documentationOf([{ file: 'incident/incident.machine.ts', machine: incidentMachine }]);

if (process.argv.includes('--write')) {
  writeFileSync(path, wanted);
  console.log('machines/README.md is written');
} else if (!existsSync(path) || readFileSync(path, 'utf8') !== wanted) {
  console.error('machines/README.md is stale: a chart has changed. Run `npm run machines:readme` and read the difference.');
  process.exitCode = 1;
}
