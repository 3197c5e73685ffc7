import { readdirSync } from 'node:fs';

/** Each has a folder of its own. */
export function kindsOfSteps(): readonly string[] {
  return readdirSync('src/steps', { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}

/**
 * Who may know whom (DESIGN section 4, STYLE "Arrows"). A zone may import itself, and of ours only what stands here:
 * `knows` for code, `knowsTypesOf` for `import type` on top of that. Packages and node's modules are listed as well, because a
 * socket or a disk is a thing to know too. Paths are prefixes; the longest prefix that fits names the zone of a file.
 */
export interface Zone {
  readonly at: readonly string[];
  readonly knows: readonly string[];
  readonly knowsTypesOf?: readonly string[];
  readonly packages: readonly string[];
  /** What to do instead. */
  readonly advice: string;
}

/** Of node, what computes and touches nothing. */
const CALCULATION = ['node:crypto', 'node:util', 'node:url', 'node:path', 'node:buffer'];
const SOCKETS = [
  'node:http',
  'node:http2',
  'node:https',
  'node:net',
  'node:tls',
  'node:dns',
  'node:dns/promises',
  'node:stream',
  'node:zlib',
  'ws',
];
/** What of the steps may be asked by who must not know how they are planned and written. */
const FACTS_OF_STEPS = ['index', 'put-back', 'shares', 'subjects', 'ways', 'words'].map((file) => `src/steps/${file}.ts`);
/** Arithmetic, names and sentences that chart and activities share. */
const GROUND = [
  'model/verdict',
  'service/best-stretches',
  'service/generation',
  'service/users-ill',
  'service/users-bouts',
  'service/refused-users',
  'change-key',
  'error-codes',
  'reminder',
  'sentence',
  'clauses',
].map((file) => `src/core/${file}.ts`);
const ADAPTER = 'adapters know ports and core, never each other; put what they share into core, or take a port as an argument';

export const ZONES: Readonly<Record<string, Zone>> = {
  'the statecharts': {
    at: ['machines/'],
    knows: [...FACTS_OF_STEPS, ...GROUND],
    knowsTypesOf: ['src/core/'],
    packages: ['xstate'],
    advice: 'a statechart names activities and receives facts in events; let an activity do it, or pass the fact in the event',
  },
  'the script that writes machines/README.md': {
    at: ['machines/readme.ts'],
    knows: ['machines/'],
    packages: ['node:fs', 'node:url'],
    advice: 'machines/documentation.ts makes the text; this script reads and writes one file and does nothing else',
  },
  core: {
    at: ['src/core/'],
    knows: [],
    packages: CALCULATION,
    advice:
      'core imports nothing of ours and touches nothing; move the code to the folder that needs it, or take a function as an argument',
  },
  ports: {
    at: ['src/ports/'],
    knows: ['src/core/'],
    knowsTypesOf: ['machines/'],
    packages: [],
    advice: 'ports are interfaces over the nouns of core',
  },
  spec: {
    at: ['src/spec/'],
    knows: ['src/core/', 'src/steps/index.ts', 'src/steps/documents.ts'],
    knowsTypesOf: ['src/ports/'],
    packages: ['zod', 'yaml', 'node:fs', 'node:fs/promises', ...CALCULATION],
    advice: 'the document is loaded once into a value of core/model; whoever needs it takes that value',
  },
  diagnosis: {
    at: ['src/diagnosis/'],
    knows: ['src/core/'],
    knowsTypesOf: ['src/ports/', 'machines/'],
    packages: ['node:crypto'],
    advice: 'diagnosis is pure: it takes an observation and answers a diagnosis',
  },
  'the facts of the steps': {
    at: [
      ...['index', 'step', 'ways', 'shares', 'subjects', 'put-back', 'words'].map((file) => `src/steps/${file}.ts`),
      ...kindsOfSteps().map((kind) => `src/steps/${kind}/facts.ts`),
    ],
    knows: ['src/core/'],
    packages: [],
    advice: 'what a kind of step is: pure facts over the nouns of core, so that the statechart and the report may ask them',
  },
  'what a document says of the steps': {
    at: [
      'src/steps/documents.ts',
      'src/steps/desired-key.ts',
      ...kindsOfSteps().flatMap((kind) => ['document', 'change'].map((file) => `src/steps/${kind}/${file}.ts`)),
    ],
    knows: ['src/core/', 'src/spec/fields.ts'],
    knowsTypesOf: ['src/spec/problems.ts'],
    packages: ['zod'],
    advice: 'a key of the document with its schema, its value and its problems; what follows from it is decided by the plan of its kind',
  },
  'what the kinds of steps do': {
    at: ['src/steps/'],
    knows: ['src/core/', 'src/diagnosis/', 'src/planning/'],
    knowsTypesOf: ['src/ports/', 'machines/'],
    packages: [],
    advice: 'a kind plans purely, and writes with the ports and the fence that it is handed (`Hand`); it holds no adapter and no run',
  },
  planning: {
    at: ['src/planning/'],
    knows: ['src/core/', 'src/diagnosis/', 'src/steps/'],
    knowsTypesOf: ['src/ports/', 'machines/'],
    packages: ['node:crypto'],
    advice: 'planning is pure: it takes a diagnosis, the document and the limits, and answers a plan',
  },
  report: {
    at: ['src/report/'],
    knows: ['src/core/', ...FACTS_OF_STEPS, 'machines/incident/paths.ts'],
    knowsTypesOf: ['src/ports/', 'src/diagnosis/', 'src/planning/', 'machines/'],
    packages: ['node:util', 'node:crypto'],
    advice: 'a report is pure: it takes the timeline and answers text',
  },
  'the durable engine': {
    at: ['src/durable/'],
    knows: ['src/core/', 'src/ports/'],
    packages: ['xstate', ...CALCULATION],
    advice: 'the engine carries any statechart: what the incident means reaches it as an argument, from src/controller',
  },
  controller: {
    at: ['src/controller/'],
    knows: ['src/core/', 'src/ports/', 'src/diagnosis/', 'src/planning/', 'src/steps/', 'src/durable/', 'machines/'],
    knowsTypesOf: ['src/spec/', 'src/report/'],
    packages: ['xstate', ...CALCULATION],
    advice: 'the controller knows ports, never an adapter: take the port as an argument and let src/composition bring the adapter',
  },
  clocks: {
    at: ['src/clocks/'],
    knows: ['src/core/', 'src/ports/'],
    packages: ['node:timers/promises', 'node:http', 'node:http2', 'ws'],
    advice: 'a clock is the only place that reads time, and does nothing else',
  },
  gcp: {
    at: ['src/gcp/'],
    knows: ['src/core/', 'src/ports/', 'src/google/'],
    packages: [
      'google-auth-library',
      'googleapis/build/src/apis/',
      '@google-cloud/run/build/src/',
      '@google-cloud/sql/build/src/',
      'zod',
      'node:stream',
      ...CALCULATION,
    ],
    advice: ADAPTER,
  },
  google: {
    at: ['src/google/'],
    knows: ['src/core/', 'src/ports/'],
    packages: ['google-auth-library', ...SOCKETS, ...CALCULATION],
    advice: ADAPTER,
  },
  store: {
    at: ['src/store/'],
    knows: ['src/core/', 'src/ports/', 'src/google/failure.ts'],
    packages: ['node:fs', 'node:fs/promises', 'node:os', ...CALCULATION],
    advice: ADAPTER,
  },
  probes: { at: ['src/probes/'], knows: ['src/core/', 'src/ports/'], packages: [...SOCKETS, ...CALCULATION], advice: ADAPTER },
  notify: {
    at: ['src/notify/'],
    knows: ['src/core/', 'src/ports/'],
    packages: ['@slack/web-api', '@octokit/request', ...CALCULATION],
    advice: ADAPTER,
  },
  capacity: {
    at: ['src/capacity/'],
    knows: ['src/core/', 'src/ports/'],
    knowsTypesOf: ['src/diagnosis/'],
    packages: ['node-cron', ...CALCULATION],
    advice: 'the capacity check looks through ports; thresholds and forecast are pure, node-cron only enqueues',
  },
  server: {
    at: ['src/server/'],
    knows: ['src/core/', 'src/ports/', 'src/report/'],
    knowsTypesOf: ['src/controller/', 'src/durable/', 'machines/'],
    packages: ['node:events', ...SOCKETS, ...CALCULATION],
    advice: 'the server shows what it is handed; take a function that answers it as an argument',
  },
  simulator: {
    at: ['src/simulator/'],
    knows: ['src/core/duration.ts', 'src/core/errors.ts', 'src/core/defined.ts'],
    knowsTypesOf: ['src/ports/'],
    packages: ['zod', 'yaml', 'google-auth-library', 'node:fs', 'node:fs/promises', 'node:events', ...SOCKETS, ...CALCULATION],
    advice: 'the simulator shares no code with the controller, so that one bug cannot hide on both sides; write its own version',
  },
  worlds: {
    at: ['src/worlds/'],
    knows: ['src/core/', 'src/spec/', 'src/simulator/'],
    knowsTypesOf: ['src/ports/'],
    packages: ['zod', 'yaml', ...CALCULATION],
    advice: 'worlds of one’s own are read, drawn and broken here, as values; who plays them is src/composition',
  },
  survey: {
    at: ['src/survey/'],
    knows: ['src/core/'],
    knowsTypesOf: ['src/ports/'],
    packages: CALCULATION,
    advice: 'the first look at an environment asks ports and writes text; adapters are put together in src/composition',
  },
  watchdog: {
    at: ['src/watchdog/'],
    knows: ['src/core/duration.ts'],
    packages: ['node:fs', 'node:module', 'node:perf_hooks', 'node:worker_threads'],
    advice: 'the thread that looks after the event loop hangs on as little as possible of what may stand still',
  },
  'the command line': {
    at: ['src/cli/'],
    knows: [
      'src/watchdog/',
      'src/core/',
      'src/ports/',
      'src/spec/',
      'src/diagnosis/',
      'src/planning/',
      'src/steps/',
      'src/report/',
      'src/controller/',
      'src/durable/',
      'src/capacity/',
      'src/server/',
      'src/simulator/',
      'src/worlds/',
      'src/survey/',
      'src/composition/',
      'src/proof/',
      'machines/',
    ],
    packages: [
      'commander',
      'pino',
      'prettier',
      '@modelcontextprotocol/server',
      '@modelcontextprotocol/server/stdio',
      'zod',
      'node:fs',
      'node:fs/promises',
      'node:os',
      'node:readline',
      ...CALCULATION,
    ],
    advice: 'a verb parses, calls and renders; adapters are put together in src/composition',
  },
  'the composition root': {
    at: ['src/main.ts', 'src/firebreak.mjs', 'src/composition/'],
    knows: ['src/', 'machines/', 'package.json'],
    packages: [
      'google-auth-library',
      'yaml',
      'pino',
      'commander',
      'node:fs',
      'node:fs/promises',
      'node:os',
      'node:module',
      'node:child_process',
      ...CALCULATION,
    ],
    advice: 'the composition root puts adapters together; what computes belongs to a folder of its own',
  },
  'the proof': {
    at: ['src/proof/'],
    knows: ['src/', 'machines/'],
    packages: ['node:child_process', 'google-auth-library', ...CALCULATION],
    advice: 'the proof puts controllers and a simulated world together as the composition root does; what it prints belongs to src/cli',
  },
  deploy: {
    at: ['deploy/'],
    knows: [],
    packages: ['node:', 'esbuild'],
    advice: 'deploy builds and ships the program without being part of it',
  },
};
