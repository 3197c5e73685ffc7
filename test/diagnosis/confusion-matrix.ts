import { rehearsalDocument } from '../../src/composition/rehearsal-document.ts';
import { SIMULATED } from '../../src/composition/rehearsal.ts';
import { seededRandom } from '../../src/composition/seeded-random.ts';
import { createObserver } from '../../src/controller/observing/observer.ts';
import { VirtualClock } from '../../src/clocks/virtual-clock.ts';
import type { Diagnosis } from '../../src/core/model/diagnosis.ts';
import type { Observation } from '../../src/core/model/observation.ts';
import type { RemediationSpec } from '../../src/core/model/spec.ts';
import { defaultMaxConnections } from '../../src/diagnosis/infrastructure/default-max-connections.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { groupLogs } from '../../src/diagnosis/logs/group-logs.ts';
import { createCloud } from '../../src/gcp/cloud.ts';
import { createProbesOver } from '../../src/probes/probes.ts';
import { inProcessClient, inProcessProbeTransport } from '../../src/simulator/http/in-process.ts';
import { listScenarios, readScenario } from '../../src/simulator/scenario.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';
import { createWorld } from '../../src/simulator/world/world.ts';

/**
 * Scenarios whose own cause shows only once a remedy was tried: at the first look nothing tells them from the one they are built
 * on, so that cause is the truth there.
 */
export const SHOWN_LATER: Readonly<Record<string, string>> = {
  'regional-shortage': 'connector-saturation',
};

export interface FirstLook {
  readonly scenario: string;
  /** The cause that is true at the first look. */
  readonly truth: string;
  /** Kind of the first cause; `healthy` when nothing is wrong. */
  readonly said: string;
  readonly confidence: number | null;
  readonly diagnosis: Diagnosis;
  readonly observation: Observation;
  readonly spec: RemediationSpec;
  /** The log entries of the world at that instant, as an export of them is shaped, newest first. */
  readonly exported: readonly unknown[];
}

export interface ConfusionMatrix {
  readonly rows: readonly FirstLook[];
  /** True cause → said cause → how often. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly right: number;
}

/** The first look at every scenario of the simulator, through the ordinary clients in this process, diagnosed. */
export async function confusionMatrix(): Promise<ConfusionMatrix> {
  const rows: FirstLook[] = [];
  for (const { name } of listScenarios()) rows.push(await firstLook(readScenario(name)));
  const counts: Record<string, Record<string, number>> = {};
  for (const { truth, said } of rows) {
    const row = (counts[truth] ??= {});
    row[said] = (row[said] ?? 0) + 1;
  }
  return { rows, counts, right: rows.filter(({ truth, said }) => truth === said).length };
}

/** One look at the world as the scenario describes it, and what is made of it. */
export async function firstLook(scenario: Scenario): Promise<FirstLook> {
  const clock = new VirtualClock(scenario.startAt);
  const { spec } = await rehearsalDocument(scenario, null, { env: {}, readFile: () => Promise.reject(new Error('no file is read')) });
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: SIMULATED });
  const transport = inProcessProbeTransport(simulator);
  const probes = createProbesOver({ clock, ...transport });
  const cloud = createCloud({
    project: spec.project,
    region: spec.region,
    authClient: inProcessClient(simulator),
    baseUrl: SIMULATED,
    clock,
    random: seededRandom(scenario.seed),
    readOnly: true,
  });
  const observer = createObserver({ cloud, probes, spec, clock, groupLogs, defaultMaxConnections });
  const looked = observer.observe(new AbortController().signal);
  const passed = await clock.run(looked);
  if (passed.ended !== 'done') throw new Error(`the look at ${scenario.name} is ${passed.ended}`);
  const observation = await looked;
  const diagnosis = diagnose(observation, spec);
  const first = diagnosis.causes[0];
  return {
    scenario: scenario.name,
    truth: SHOWN_LATER[scenario.name] ?? scenario.cause,
    said: diagnosis.healthy ? 'healthy' : (first?.kind ?? 'nothing'),
    confidence: first?.confidence ?? null,
    diagnosis,
    observation,
    spec,
    exported: await exportOf(inProcessClient(simulator), spec.project),
  };
}

/** All entries of the last half hour, page by page, as `gcloud logging read --format=json` asks for them. */
async function exportOf(client: ReturnType<typeof inProcessClient>, project: string): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  let pageToken: string | undefined;
  do {
    const answer = await client.request<{ readonly entries?: readonly unknown[]; readonly nextPageToken?: string }>({
      url: `${SIMULATED}/v2/entries:list`,
      method: 'POST',
      data: {
        resourceNames: [`projects/${project}`],
        filter: 'resource.type="cloud_run_revision" OR resource.type="http_load_balancer"',
        orderBy: 'timestamp desc',
        pageSize: 1000,
        pageToken,
      },
    });
    all.push(...(answer.data.entries ?? []));
    pageToken = answer.data.nextPageToken;
  } while (pageToken !== undefined && pageToken !== '');
  return all;
}

/** The matrix as text: one line per scenario, then the counts with the truth in the rows. */
export function renderMatrix({ rows, counts, right }: ConfusionMatrix): string {
  const width = Math.max(...rows.map(({ scenario }) => scenario.length));
  const lines = rows.map(({ scenario, truth, said, confidence }) => {
    const sure = confidence === null ? '' : ` (${confidence.toFixed(2)})`;
    return `${truth === said ? 'ok   ' : 'WRONG'} ${scenario.padEnd(width)}  ${truth} → ${said}${sure}`;
  });
  const kinds = [...new Set([...Object.keys(counts), ...rows.map(({ said }) => said)])].toSorted();
  const wide = Math.max(...kinds.map((kind) => kind.length));
  const head = `${'true \\ said'.padEnd(wide)}  ${kinds.map((_, index) => String(index + 1).padStart(3)).join('')}`;
  const table = kinds
    .filter((kind) => counts[kind] !== undefined)
    .map((kind) => `${kind.padEnd(wide)}  ${kinds.map((said) => String(counts[kind]?.[said] ?? '·').padStart(3)).join('')}`);
  const legend = kinds.map((kind, index) => `${index + 1} ${kind}`).join(' · ');
  return [...lines, '', head, ...table, legend, '', `${right} of ${rows.length} first diagnoses name the true cause`].join('\n');
}
