/**
 * What may be written only in its home (STYLE "Time, chance, ownership" and DESIGN section 4). `shape` is looked for in the code,
 * without comments and strings; a name behind a dot (`socket.setTimeout`) is another name.
 */
export interface Habit {
  readonly rule: string;
  readonly shape: RegExp;
  readonly homes: readonly RegExp[];
  readonly advice: string;
}

const ENTRIES = [
  /^src\/main\.ts$/,
  /^src\/firebreak\.mjs$/,
  /^src\/cli\//,
  /^src\/composition\//,
  /^src\/simulator\/main\.ts$/,
  /^machines\/readme\.ts$/,
];
const CLOCKS = [/^src\/clocks\/(?:wall-clock|real-sleep|remote-clock)\.ts$/, /^src\/simulator\/(?:[\w-]+\/)*[\w-]*clock\.ts$/];

/** Asking another process for the time cannot itself wait on a Clock: this one request brings its own. */
const CLOCK_REQUEST = /^src\/composition\/clock\.ts$/;
/** The connection over which a process joins the time of another. */
const CLOCK_LINE = /^src\/clocks\/clock-line\.ts$/;

/** Signs of life are timed by the machine’s own steady clock, whatever time a run lives in; signals and the end are the process’s. */
const WATCHDOG = /^src\/watchdog\//;

export const HABITS: readonly Habit[] = [
  {
    rule: 'time is read only by a clock',
    shape: /\bDate\.now\b|\bnew Date\(\s*\)|(?<![.\w])Date\(\s*\)|\bperformance\.(?:now|timeOrigin)\b|\bhrtime\b/g,
    homes: [...CLOCKS, WATCHDOG],
    advice: 'take a Clock (src/ports/clock.ts) or, in pure code, an argument `now`',
  },
  {
    rule: 'only a clock waits',
    shape: /(?<![.\w])(?:setTimeout|setInterval)\b|\bAbortSignal\.timeout\b|\bAtomics\.wait\b/g,
    homes: [...CLOCKS, CLOCK_REQUEST, WATCHDOG],
    advice: 'use clock.sleepUntil(at, signal): an absolute instant that can be saved and aborted',
  },
  {
    rule: 'chance comes from Random',
    shape: /\bMath\.random\b|\brandom(?:UUID|Bytes|Int)\b|\bgetRandomValues\b/g,
    homes: [/^src\/(?:[\w-]+\/)*[\w-]*random\.ts$/, /^src\/composition\//, /^src\/main\.ts$/, /^src\/cli\//],
    advice: 'take a Random (src/ports/random.ts), so that a rehearsal can repeat itself; a name for a run or an owner is made at the entry',
  },
  {
    rule: '`process` is touched only at the entries',
    shape: /(?<![.\w])process(?=\.|\[)|(?<![.\w])from 'node:process'/g,
    homes: [...ENTRIES, WATCHDOG],
    advice: 'read arguments, environment and signals in src/main.ts, src/cli or src/composition and pass the value on',
  },
  {
    rule: 'sockets are opened only where sockets belong',
    shape: /(?<![.\w])fetch\(|(?<![.\w])new (?:WebSocket|EventSource)\b/g,
    homes: [/^src\/gcp\/http\.ts$/, /^src\/probes\//, /^src\/server\//, /^src\/simulator\//, CLOCK_REQUEST, CLOCK_LINE],
    advice: 'take an HTTP port as an argument',
  },
  {
    rule: 'people are spoken to only by the command line',
    shape: /(?<![.\w])console\./g,
    homes: [...ENTRIES, /^deploy\//],
    advice: 'return the words, or write a journal line; src/cli prints',
  },
  {
    rule: "nothing reaches into a library's private fields",
    shape: /\._[a-zA-Z]\w*|\breadonly _[a-zA-Z]\w*/g,
    homes: [],
    advice: 'ask what it makes public: of XState `getStateNodes`, `snapshot.can`, `machine.getTransitionData`, `StateNode.states`',
  },
  {
    rule: 'production code has no branch for tests',
    shape: /\bNODE_ENV\b|\bVITEST\b|\bimport\.meta\.vitest\b/g,
    homes: [],
    advice: 'a test gives another port, or drives the simulator through its control plane',
  },
  {
    rule: 'diagnosis, planning, report and the statecharts wait for nothing',
    shape: /\basync\b|\bawait\b|\bnew Promise\b/g,
    homes: [/^src\/(?!diagnosis\/|planning\/|report\/)/, /^deploy\//, /^machines\/readme\.ts$/],
    advice: 'take the value as an argument; the controller does the waiting',
  },
];

/** Words that promise work instead of doing it, or switch a check off. Looked for in the whole text. */
export const FORBIDDEN_WORDS: readonly { readonly shape: RegExp; readonly advice: string }[] = [
  { shape: /\b(?:TO-?DO|FIX-?ME|XXX|HACK)\b/, advice: 'do it, or open an issue' },
  { shape: /\bas any\b|<any>|:\s*any\b(?=\s*[;,)=|])/, advice: 'name the type; `unknown` and a check when it comes from outside' },
  { shape: /@ts-(?:ignore|nocheck|expect-error)/, advice: 'mend the type' },
  { shape: /(?:ox|es)lint-disable/, advice: 'mend the code, or change the rule for everybody in .oxlintrc.json' },
];

/** Longest file, in lines. Exceptions are named with their present length and may only shrink. */
export const LONGEST_FILE = 300;
export const LONG_FILES: Readonly<Record<string, number>> = { 'test/durable/durable.test.ts': 518 };
