/** Where a server of tools acts; it is told once, when it is started, and no client changes it. */
export interface ToolPlace {
  readonly state: string;
  readonly file: string;
  readonly endpoint?: string;
  readonly endpointGetsCredentials?: boolean;
  readonly clock?: string;
}

/** What a client may say; nothing of it is a path or an address. */
export interface ToolInput {
  readonly target?: string;
  readonly run?: string;
  readonly catchUp?: boolean;
  readonly reason?: string;
}

export interface VerbTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The fields that it takes. */
  readonly takes: readonly (keyof ToolInput)[];
  /** It looks at the cloud, which takes its time and its quota. */
  readonly looks: boolean;
  readonly argv: (place: ToolPlace, input: ToolInput) => readonly string[];
}

/** The verbs that only read, as tools: each answers with the object of its `--json`. */
export const READING: readonly VerbTool[] = [
  {
    name: 'status',
    title: 'How the runs stand',
    description: 'How the run of a target stands, until when, what it waits for and what it asks; of several runs, each.',
    takes: ['target'],
    looks: false,
    argv: (place, { target }) => ['status', ...kept(place), ...named(target)],
  },
  {
    name: 'why',
    title: 'Why the run does what it does',
    description: 'Why the run does what it does and not something else, the open question with every step, and what led here.',
    takes: ['target', 'catchUp'],
    looks: false,
    argv: (place, { target, catchUp }) => ['why', ...kept(place), ...named(target), ...(catchUp === true ? ['--catch-up'] : [])],
  },
  {
    name: 'report',
    title: 'The report of a run',
    description: 'All that is known of a run (its id, a target or a rehearsal; the newest where none is named), made of its journal.',
    takes: ['run'],
    looks: false,
    argv: (place, { run }) => ['report', ...kept(place), ...(run === undefined ? [] : ['--', run])],
  },
  {
    name: 'plan',
    title: 'What would be done now',
    description: 'Looks at the environment and says what is wrong and what a run would do. Writes nothing.',
    takes: [],
    looks: true,
    argv: (place) => ['plan', ...seen(place)],
  },
  {
    name: 'diagnose',
    title: 'What is wrong now',
    description: 'Looks at the environment and names the causes by rank, with evidence. Writes nothing.',
    takes: [],
    looks: true,
    argv: (place) => ['diagnose', ...seen(place)],
  },
  {
    name: 'capacity',
    title: 'How much room is left',
    description: 'Looks once at connector, connections, instances and certificates against their thresholds. Starts no run.',
    takes: [],
    looks: true,
    argv: (place) => ['capacity', '--look-only', ...seen(place), ...option('state', place.state)],
  },
];

export const HOLD: VerbTool = {
  name: 'hold',
  title: 'Stop all writing',
  description:
    'No more writes by the run until a person resumes it in a shell or by its page; looking and the time until the escalation go on. With no run at work, the next one is held at once.',
  takes: ['target', 'reason'],
  looks: false,
  argv: (place, { target, reason }) => ['hold', ...kept(place), ...named(target), ...option('reason', reason), '--wait', '20'],
};

/** As one word each: nothing that a client says is read as another option. */
function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`--${name}=${value}`];
}

/** Which run of the state is meant. */
export function kept({ state, endpoint, endpointGetsCredentials }: ToolPlace): readonly string[] {
  const reach = state.startsWith('gs://') ? reached(endpoint, endpointGetsCredentials) : [];
  return [...option('state', state), ...reach];
}

export function named(target: string | undefined): readonly string[] {
  return option('target', target);
}

function seen({ file, endpoint, endpointGetsCredentials, clock }: ToolPlace): readonly string[] {
  return [...option('file', file), ...reached(endpoint, endpointGetsCredentials), ...option('clock', clock)];
}

function reached(endpoint: string | undefined, getsCredentials: boolean | undefined): readonly string[] {
  return [...option('endpoint', endpoint), ...(getsCredentials === true ? ['--endpoint-gets-credentials'] : [])];
}
