import { capacity } from './cli/verbs/capacity.ts';
import { diagnose } from './cli/verbs/diagnose.ts';
import { mcp } from './cli/verbs/mcp.ts';
import { init } from './cli/verbs/init.ts';
import { monitor } from './cli/verbs/monitor.ts';
import { runProcess } from './cli/process/process.ts';
import { notify } from './cli/verbs/notify.ts';
import { plan } from './cli/verbs/plan.ts';
import { prove } from './cli/verbs/prove.ts';
import { rehearse } from './cli/verbs/rehearse.ts';
import { run } from './cli/verbs/run.ts';
import { shellVerbs, simulatorVerbs, steeringVerbs, toolVerbs } from './cli/verbs.ts';
import { validate } from './cli/verbs/validate.ts';
import { world } from './cli/verbs/world.ts';
import { InvariantError } from './core/errors.ts';
import { createWallClock } from './clocks/wall-clock.ts';
import packageJson from '../package.json' with { type: 'json' };

/** What the bundle was built of (`deploy/build.ts`); from a checkout there is none. */
declare const FIREBREAK_BUILD: string | undefined;
const build = typeof FIREBREAK_BUILD === 'undefined' ? '' : `+${FIREBREAK_BUILD}`;

/** The composition root: with `composition/`, the only place that names concrete adapters. Everything heavy is imported when its verb runs. */
const live = async () => ({ ...(await import('./composition/live.ts')), ...(await import('./composition/incident.ts')) });
const rehearsal = async () => ({
  ...(await import('./composition/rehearsal.ts')),
  ...(await import('./composition/rehearsal-case.ts')),
  ...(await import('./composition/expectations.ts')),
  ...(await import('./composition/incident.ts')),
  ...(await stores()),
});
const diagnosing = { live, logEntry: () => import('./gcp/logging/raw-entry.ts') };
/** For whoever must never begin a run, whatever a document says. */
const looksOnly = async () => ({ ...(await live()), startLiveRun: refuseRun });
const looking = async () => ({ ...(await import('./composition/live.ts')), ...(await import('./composition/offline.ts')) });
const proof = async () => ({
  ...(await import('./proof/prove.ts')),
  ...(await import('./proof/worker-pool.ts')),
  ...(await import('./proof/shorten-scenario.ts')),
  ...(await import('./composition/rehearsal-case.ts')),
});
const stores = () => import('./composition/stores.ts');

await runProcess(
  {
    version: packageJson.version + build,
    clock: createWallClock(),
    openStore: async (state, target, reach) => (await stores()).openStore(state, target, reach),
    followClock: async (url) => (await import('./composition/clock.ts')).followClock(url),
    listTargets: async (state, reach) => (await stores()).listTargets(state, reach),
    lastWrittenAt: async (state, target) => (await stores()).lastWrittenAt(state, target),
  },
  [
    rehearse(rehearsal),
    init(looking),
    plan(live),
    diagnose(diagnosing),
    run(live),
    validate(live),
    monitor(live),
    capacity(live),
    notify(() => import('./composition/notify.ts')),
    ...steeringVerbs,
    ...simulatorVerbs,
    world(live),
    prove(proof),
    mcp([...toolVerbs, plan(looksOnly), diagnose(diagnosing), capacity(looksOnly)]),
    ...shellVerbs,
  ],
);

function refuseRun(): never {
  throw new InvariantError('a tool that only looks was about to begin a run');
}
