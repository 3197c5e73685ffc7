import { runProcess } from './cli/process.ts';
import { plan } from './cli/plan.ts';
import { rehearse } from './cli/rehearse.ts';
import { run } from './cli/run.ts';
import { simulatorVerbs, steeringVerbs } from './cli/verbs.ts';
import { createWallClock } from './controller/wall-clock.ts';
import packageJson from '../package.json' with { type: 'json' };

/** The composition root: with `composition/`, the only place that names concrete adapters. Everything heavy is imported when its verb runs. */
const live = async () => ({ ...(await import('./composition/live.ts')), ...(await import('./composition/incident.ts')) });
const rehearsal = async () => ({
  ...(await import('./composition/rehearsal.ts')),
  ...(await import('./composition/rehearsal-document.ts')),
  ...(await import('./composition/expectations.ts')),
  ...(await import('./composition/incident.ts')),
  ...(await stores()),
});
const stores = () => import('./composition/stores.ts');

await runProcess(
  {
    version: packageJson.version,
    clock: createWallClock(),
    openStore: async (state, target) => (await stores()).openStore(state, target),
    followClock: async (url) => (await import('./composition/live.ts')).followClock(url),
    listTargets: async (state) => (await stores()).listTargets(state),
  },
  [rehearse(rehearsal), plan(live), run(live), ...steeringVerbs, ...simulatorVerbs],
);
