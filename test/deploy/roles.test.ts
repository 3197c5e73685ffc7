import { describe, expect, test } from 'vitest';
import { judgeExpectations } from '../../src/composition/expectations.ts';
import { rehearsalDocument } from '../../src/composition/rehearsal-document.ts';
import { SIMULATED, rehearse } from '../../src/composition/rehearsal.ts';
import { seededRandom } from '../../src/composition/seeded-random.ts';
import { assess } from '../../src/controller/assess.ts';
import { VirtualClock } from '../../src/clocks/virtual-clock.ts';
import { createCloud } from '../../src/gcp/cloud.ts';
import { createProbesOver } from '../../src/probes/probes.ts';
import { inProcessClient, inProcessProbeTransport } from '../../src/simulator/http/in-process.ts';
import { listScenarios, readScenario } from '../../src/simulator/scenario.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';
import { createWorld } from '../../src/simulator/world/world.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { spread } from '../spread.ts';
import { ACT_AS, permissionTable } from './support/permissions.ts';
import { ROLE_NAMES, grantedBy, readRole } from './support/roles.ts';
import type { RoleName } from './support/roles.ts';

const table = permissionTable();
const RUN_ROLES: readonly RoleName[] = ['observe', 'remediate', 'act-as', 'escalate'];

/** Granted though no scenario uses it yet: each with its reason. */
const NOT_WALKED: Readonly<Record<string, string>> = {
  'run.operations.get': 'the preflight asks for it; a change is followed by the service itself, so that its operation is rarely read',
  'vpcaccess.operations.list': 'looks for an operation that is already under way on the connector before a write',
  'certificatemanager.certmapentries.list': 'only where a proxy has a certificate map',
  'certificatemanager.certs.list': 'only where a proxy has a certificate map',
  'compute.backendServices.list': 'only where the document names a load balancer',
  'compute.globalForwardingRules.list': 'only where the document names a load balancer',
  'compute.regionNetworkEndpointGroups.list': 'only where the document names a load balancer',
  'compute.sslCertificates.list': 'only where the document names a load balancer',
  'compute.targetHttpsProxies.list': 'only where the document names a load balancer',
  'cloudsql.instances.list': '`init` looks for the databases that the services name',
  'run.executions.list': 'only where the document names a job',
  'run.jobs.get': 'only where the document names a job',
  'run.jobs.list': '`init` looks for the jobs of the regions',
  'run.workerpools.get': 'only where the document names a worker pool',
  'run.workerpools.list': '`init` looks for the worker pools of the regions',
  'compute.urlMaps.list': '`init` looks for the ways in to the services',
  'compute.routers.list': 'only where the document asks for a step that changes how a service leaves the network',
  'compute.subnetworks.get': 'only where the document gives a service an interface of its own',
  'compute.urlMaps.get': 'only where the document names a load balancer',
  'iam.serviceAccounts.get': 'reads the runtime accounts of the services',
  'resourcemanager.projects.getIamPolicy': 'reads what the runtime accounts may do',
  'secretmanager.secrets.getIamPolicy': 'only where a service refers to a secret and the project gives its account no access',
  'secretmanager.versions.get': 'only where a service refers to a secret',
  'servicehealth.events.list': "reads Google's own incidents",
  'serviceusage.services.get': 'tells a disabled API from a missing permission',
  'cloudsupport.techCases.get': 'reads the case after a lost answer',
  'cloudsupport.techCases.escalate': 'only where the support tier allows it',
  'storage.objects.create': 'the bucket of runs: rehearsals keep theirs on this machine',
  'storage.objects.delete': 'the bucket of runs: rehearsals keep theirs on this machine',
  'storage.objects.get': 'the bucket of runs: rehearsals keep theirs on this machine',
  'storage.objects.list': 'the bucket of runs: rehearsals keep theirs on this machine',
};

/** Together they use all that any scenario uses, and each ends in a way of its own; all of them in roles.long.ts. */
const ALWAYS = [
  'issue-1278',
  'already-healthy',
  'no-improvement',
  'permission-denied',
  'instances-over-budget',
  'expired-certificate',
  'bad-deploy',
  'plain-service',
];
const WALKED = spread(listScenarios(), ({ name }) => ALWAYS.includes(name)).map(({ name }) => name);

interface Walk {
  readonly scenario: string;
  /** Everything that was asked for, refused or not. */
  readonly used: ReadonlySet<string>;
  readonly unmet: readonly string[];
  readonly writes: number;
}

describe('a run with the four roles and nothing more', () => {
  const walks: Walk[] = [];

  test.each(WALKED)('ends %s as it should', async (name) => {
    const walked = await walk(name, RUN_ROLES);
    walks.push(walked);
    expect(walked.unmet).toEqual([]);
  });

  test('has walked each of them', () => {
    expect(walks.map(({ scenario }) => scenario)).toEqual(WALKED);
    expect(WALKED).toEqual(expect.arrayContaining(ALWAYS));
  });

  test('asks for nothing that the roles do not grant', () => {
    const granted = grantedBy(RUN_ROLES);
    const beyond = walks.flatMap(({ scenario, used }) =>
      [...used].filter((each) => !granted.has(each)).map((each) => `${scenario}: ${each}`),
    );
    expect(beyond).toEqual([]);
  });

  test('the roles grant nothing that no scenario uses, except what has a reason', () => {
    const used = new Set(walks.flatMap((each) => [...each.used]));
    const idle = [...grantedBy(ROLE_NAMES)].filter((each) => !used.has(each) && !(each in NOT_WALKED));
    expect(idle).toEqual([]);
  });

  test('the exceptions are all granted', () => {
    const granted = grantedBy(ROLE_NAMES);
    expect(Object.keys(NOT_WALKED).filter((each) => !granted.has(each))).toEqual([]);
  });
});

describe('a run without a role that it needs', () => {
  test('recovers without the role for escalation, because it needs no case', async () => {
    const { unmet, used } = await walk('issue-1278', ['observe', 'remediate', 'act-as']);
    expect(unmet).toEqual([]);
    expect(used.has('cloudsupport.techCases.create')).toBe(false);
  });

  test('is refused before any write when it may only observe', async () => {
    const { writes, unmet } = await walk('issue-1278', ['observe']);
    expect(writes).toBe(0);
    expect(unmet[0]).toContain('refused');
  });
});

describe('the role for observing', () => {
  test('lets no request through that changes anything', () => {
    expect([...grantedBy(['observe'])].filter((each) => table.writing.has(each))).toEqual([]);
  });

  test('has only verbs that read, also where nothing is simulated', () => {
    const verbs = readRole('observe').includedPermissions.map((each) => each.slice(each.lastIndexOf('.') + 1));
    expect(verbs.filter((verb) => !/^(?:get|list|getIamPolicy)$/.test(verb))).toEqual([]);
  });

  test('is enough to look, diagnose and plan', async () => {
    const { used, decided } = await plan(['observe']);
    expect(decided).toContain('connector:staging-connector');
    expect([...used].filter((each) => !grantedBy(['observe']).has(each))).toEqual([]);
  });
});

describe('the role files', () => {
  test('share no permission, so that taking one away takes it away', () => {
    const all = ROLE_NAMES.flatMap((name) => readRole(name).includedPermissions);
    expect(all.length).toBe(new Set(all).size);
  });

  test('keep the right to act as an account in a role of its own, to be bound on single accounts', () => {
    expect(readRole('act-as').includedPermissions).toEqual([ACT_AS]);
  });

  test('neither create nor delete anything but objects of the state bucket and the support case', () => {
    const making = [...grantedBy(ROLE_NAMES)].filter((each) => /\.(?:create|delete|setIamPolicy|access|export)$/.test(each));
    expect(making.toSorted()).toEqual(['cloudsupport.techCases.create', 'storage.objects.create', 'storage.objects.delete']);
  });
});

/** The scenario, in a project where the run's account holds these roles and nothing else that the simulator knows. */
async function walk(name: string, roles: readonly RoleName[]): Promise<Walk> {
  const scenario = withRoles(name, roles);
  const { spec, hash } = await rehearsalDocument(scenario, null, { env: {}, readFile: () => Promise.reject(new Error('no file')) });
  const rehearsed = await rehearse({
    scenario,
    spec,
    specHash: hash,
    openStore: () => createMemoryStore('memory', { recordsStay: true }),
    owner: { token: 't', host: 'here', pid: 1, described: 'roles' },
  });
  return {
    scenario: name,
    used: usedIn(rehearsed.simulator),
    unmet: judgeExpectations(scenario, rehearsed).flatMap(({ what, met, found }) => (met ? [] : [`${what}; found ${found}`])),
    writes: rehearsed.simulator.writes().filter(({ actor }) => actor.startsWith('firebreak@')).length,
  };
}

async function plan(roles: readonly RoleName[]): Promise<{ readonly used: ReadonlySet<string>; readonly decided: readonly string[] }> {
  const scenario = withRoles('issue-1278', roles);
  const { spec } = await rehearsalDocument(scenario, null, { env: {}, readFile: () => Promise.reject(new Error('no file')) });
  const clock = new VirtualClock(scenario.startAt);
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: SIMULATED });
  const { http, connect } = inProcessProbeTransport(simulator);
  const { project, region } = spec;
  const authClient = inProcessClient(simulator);
  const cloud = createCloud({ project, region, authClient, baseUrl: SIMULATED, clock, random: seededRandom(1), readOnly: true });
  const assessed = assess({
    spec,
    cloud,
    probes: createProbesOver({ clock, http, connect }),
    clock,
    probe: false,
    signal: AbortSignal.any([]),
  });
  await clock.run(assessed);
  const { plan: made } = await assessed;
  return { used: usedIn(simulator), decided: made.steps.map(({ id }) => id) };
}

function withRoles(name: string, roles: readonly RoleName[]): ReturnType<typeof readScenario> {
  const scenario = readScenario(name);
  const granted = grantedBy(roles);
  const denied = [...table.known].filter((each) => !granted.has(each));
  return { ...scenario, grants: { denied: [...denied, ...(scenario.grants?.denied ?? [])] } };
}

function usedIn({ ledger }: ReturnType<typeof createSimulator>): ReadonlySet<string> {
  const ours = ledger.filter(({ actor }) => actor.startsWith('firebreak@'));
  const used = ours.flatMap((entry) => table.of(entry));
  // A template may only be changed by who may act as its account; the simulator asks for it inside services.patch.
  return new Set(used.includes('run.services.update') ? [...used, ACT_AS] : used);
}
