import { allRoutes } from '../../../src/simulator/apis/all-routes.ts';
import { CloudRun } from '../../../src/simulator/apis/run/run.ts';
import { readScenario } from '../../../src/simulator/scenario.ts';
import type { LoggedRequest } from '../../../src/simulator/simulator.ts';
import { EventQueue } from '../../../src/simulator/surface/event-queue.ts';
import { Router } from '../../../src/simulator/surface/router.ts';
import { USUAL_SWITCHES } from '../../../src/simulator/surface/surface.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';

/** Needed inside a method, besides the one of its route: for a deploy, on the runtime account. */
export const ACT_AS = 'iam.serviceAccounts.actAs';

/** Which permission each method of the simulated Google asks for. */
export function permissionTable(): {
  readonly known: ReadonlySet<string>;
  readonly writing: ReadonlySet<string>;
  /** Permissions of a request; empty where none is needed or it is no request to Google. */
  of(entry: Pick<LoggedRequest, 'method' | 'path'>): readonly string[];
} {
  const router = new Router(routes());
  const needed = router.routes.flatMap(({ permission, writes }) => (permission === null ? [] : [{ permission, writes }]));
  return {
    known: new Set([...needed.map(({ permission }) => permission), ACT_AS]),
    writing: new Set([...needed.filter(({ writes }) => writes).map(({ permission }) => permission), ACT_AS]),
    of: ({ method, path }) => {
      const match = router.find(method, path.split('?')[0]!);
      return match === null || match.route.permission === null ? [] : [match.route.permission];
    },
  };
}

/** The hosts of Google's APIs that the program talks to, as far as they are simulated. */
export function simulatedHosts(): ReadonlySet<string> {
  return new Set(routes().flatMap(({ host }) => (host.endsWith('.googleapis.com') ? [host] : [])));
}

function routes(): ReturnType<typeof allRoutes> {
  const scenario = readScenario('issue-1278');
  const world = createWorld(scenario);
  const { project, region } = world;
  const surface = {
    scenario,
    world,
    events: new EventQueue(),
    switches: USUAL_SWITCHES,
    project,
    projectNumber: scenario.world.projectNumber,
    region,
    baseUrl: 'http://simulator.invalid',
  };
  return allRoutes(surface, new CloudRun(surface));
}
