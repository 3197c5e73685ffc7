import type { Mutant } from './mutant.ts';
import { OFF_THE_CONNECTOR } from './off-the-connector.ts';

const WRITES = 'test/steps/contract.test.ts';
const DURABLE = 'test/durable/durable.test.ts';
const SWEEP = 'test/crash/incident/sweep.wide.ts';
const CRASH = 'test/crash/toy/crash.wide.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'fence-not-asked',
    what: 'the lease is asked for at the instant of each write',
    file: 'src/controller/activities/fenced-write.ts',
    from: "    await options.fence.assertMayChange('step');\n",
    to: '',
    suites: [WRITES],
    sample: true,
  },
  {
    name: 'heard-but-not-heeded',
    what: 'a hold that the run has heard stops the write that is being prepared',
    file: 'src/durable/fence.ts',
    from: "if (why !== null) throw new FencedError('held', why);",
    to: "if (why === '') throw new FencedError('held', why);",
    suites: ['test/people/stopped-in-time.test.ts'],
    sample: true,
  },
  {
    name: 'fence-trusts-itself',
    what: 'the fence believes the store, not its own memory',
    file: 'src/durable/fence.ts',
    from: 'if (seen === null || !isSame(seen, ours)) {',
    to: 'if (seen === null) {',
    suites: ['test/durable/fence.test.ts'],
    sample: true,
  },
  {
    name: 'hold-not-heard',
    what: 'a hold that the run has not taken yet stops a write that is not sent yet',
    file: 'src/durable/fence.ts',
    from: 'if (stop !== undefined) throw',
    to: 'if (stop === null) throw',
    suites: ['test/durable/fence.test.ts'],
  },
  {
    name: 'old-epoch-saves',
    what: 'the store refuses a save of an older epoch',
    file: 'src/store/fencing.ts',
    from: 'if (lease !== null && lease.epoch > wanted.epoch) {',
    to: 'if (lease === null && wanted.epoch < 0) {',
    suites: ['test/store/memory.test.ts', 'test/store/folder.test.ts'],
    sample: true,
  },
  {
    name: 'release-before-save',
    what: 'nothing happens that is not saved first',
    file: 'src/durable/durable.ts',
    from: '    const snapshot = defined(this.#snapshot);\n    const [timers, activities]',
    to: '    this.#effects.release();\n    const snapshot = defined(this.#snapshot);\n    const [timers, activities]',
    suites: [DURABLE, CRASH],
  },
  {
    name: 'pending-dropped',
    what: 'journal lines are in the record until they are in the journal',
    file: 'src/durable/run-writer.ts',
    from: 'pending: [...this.#pending],',
    to: 'pending: [],',
    suites: [SWEEP],
  },
  {
    name: 'settled-when-answered',
    what: 'an effect is struck off in the step that saves its consequence',
    file: 'src/durable/pending-effects.ts',
    from: "    const arrive = (outcome: ActivityOutcome) => this.#options.arrive({ kind: 'answer', effect, outcome });",
    to: "    const arrive = (outcome: ActivityOutcome) => (this.#activities.delete(effect.activity.id), this.#options.arrive({ kind: 'answer', effect, outcome }), void this.#activities.set(effect.activity.id, effect), void Promise.resolve().then(() => this.#activities.delete(effect.activity.id)));",
    suites: [DURABLE, CRASH],
  },
  {
    name: 'timers-forgotten',
    what: 'timers survive a restart',
    file: 'src/durable/pending-effects.ts',
    from: 'for (const timer of timers) this.#timers.set(timer.id, { timer, running: null });',
    to: 'void timers;',
    suites: [DURABLE, CRASH],
  },
  {
    name: 'no-claim',
    what: 'a resumed run claims the record before it acts',
    file: 'src/durable/durable.ts',
    from: '    await this.#claim(loaded, at, {});',
    to: '    void [loaded, at];\n    this.#effects.release();',
    suites: [DURABLE],
  },
  {
    name: 'etag-ignored',
    what: 'traffic is written under the etag of the read it was decided on',
    file: 'src/gcp/run/traffic-writer.ts',
    from: "service: { name: resourcePath(scope, 'services', service), etag,",
    to: "service: { name: resourcePath(scope, 'services', service),",
    suites: ['test/simulation/paused.wide.ts'],
    sample: true,
  },
  {
    name: 'never-read-back',
    what: 'a lost answer is looked up before anything is decided',
    file: 'src/controller/activities/fenced-write.ts',
    from: 'const found = inDoubt ? await readBack(thrown).catch((unread: unknown) => stillInDoubt(unread)) : null;',
    to: 'const found: T | null = inDoubt ? null : null;',
    suites: [WRITES],
  },
  {
    name: 'sent-again',
    what: 'a write of unknown outcome is never sent again',
    file: 'src/controller/activities/fenced-write.ts',
    from: 'const found = inDoubt ? await readBack(thrown).catch((unread: unknown) => stillInDoubt(unread)) : null;',
    to: 'const found: T | null = inDoubt ? await write() : null;',
    suites: [WRITES],
  },
  {
    name: 'key-changes',
    what: 'a change keeps its name at every repetition',
    file: 'src/controller/activities/revision.ts',
    from: 'const change = { key: changeKey(options, input), etag',
    to: 'const change = { key: `${changeKey(options, input)}/${options.clock.now()}`, etag',
    suites: [SWEEP],
  },
  {
    name: 'connector-sent-twice',
    what: 'after a crash the operation of our own connector write is found',
    file: 'src/steps/connector/write.ts',
    from: 'return found ?? null;',
    to: 'return found === null ? null : null;',
    suites: ['prove regional-shortage 1000'],
    sample: true,
  },
  {
    name: 'dependencies-ignored',
    what: 'a service is deployed only when what it depends on is healthy by evidence',
    file: 'machines/incident/steps.ts',
    from: "(name) => gateOutcome(context, `healthy:${name}`) === 'pass' && !hasFailed",
    to: '(name) => !hasFailed',
    suites: ['test/machines/incident-rules.test.ts'],
  },
  {
    name: 'regions-at-once',
    what: 'what failed in one region is not tried in the next, and the next begins when the first is proven',
    file: 'machines/incident/steps.ts',
    from: 'return [...dependsOn, ...after.filter((name) => isTried(context, name))];',
    to: 'return [...dependsOn, ...after.filter((name) => name === "")];',
    suites: ['test/worlds/regions.test.ts'],
  },
  {
    name: 'dependencies-forgotten',
    what: 'going back to a deploy asks for healthy dependencies again',
    file: 'machines/incident/phases/services.ts',
    from: "{ guard: 'deployReady', target: 'deploying' },\n        { target: 'choosing' },",
    to: "{ target: 'deploying' },",
    suites: ['test/machines/incident-rules.test.ts'],
  },
  {
    name: 'unknown-is-healthy',
    what: 'time that was not measured counts for nothing',
    file: 'machines/incident/steps.ts',
    from: "  if (outcome === 'pass') {",
    to: "  if (outcome !== 'fail') {",
    suites: ['test/machines/incident-rules.test.ts', 'seeds 1 200'],
    sample: true,
  },
  {
    name: 'restored-in-order-of-change',
    what: 'what was changed first is put back last',
    file: 'machines/incident/steps.ts',
    from: 'return [...first.values()].reverse();',
    to: 'return [...first.values()];',
    suites: ['test/machines/incident-rules.test.ts'],
  },
  {
    name: 'case-not-looked-for',
    what: 'a case of this run is looked for before one is opened',
    file: 'src/controller/activities/support/open.ts',
    from: 'const [found] = await options.cloud.support.findOpen(marker, { signal });',
    to: 'const [found] = marker === "" ? await options.cloud.support.findOpen(marker, { signal }) : [];',
    suites: ['prove regional-shortage 1000'],
    sample: true,
  },
  {
    name: 'comment-not-looked-for',
    what: 'a comment is said once',
    file: 'src/controller/activities/support/comment.ts',
    from: 'if (earlier.some(({ body }) => body.includes(mark)))',
    to: 'if (earlier.some(({ body }) => body === mark))',
    suites: ['prove regional-shortage 1000'],
  },
  {
    name: 'stale-look-will-do',
    what: 'a look that is too old is no ground for a write',
    file: 'src/controller/activities/fenced-write.ts',
    from: '    checkFreshness(options, input);\n',
    to: '',
    suites: [WRITES],
  },
  {
    name: 'deadline-starts-again',
    what: 'a deadline does not move when the controller restarts',
    file: 'src/durable/pending-effects.ts',
    from: 'for (const timer of timers) this.#timers.set(timer.id, { timer, running: null });',
    to: 'for (const timer of timers) this.#timers.set(timer.id, { timer: { ...timer, dueAt: timer.dueAt + 60_000 }, running: null });',
    suites: ['seeds 1 60'],
  },
  {
    name: 'lease-not-asked',
    what: 'two controllers never act at once',
    file: 'src/store/fencing.ts',
    from: '  if (!isFree) return null;\n',
    to: '',
    suites: ['test/store/memory.test.ts'],
  },
  {
    name: 'one-source-is-enough',
    what: 'a probe alone, in one look, moves nothing',
    file: 'src/core/evidence-asked.ts',
    from: '  sources: 2,',
    to: '  sources: 1,',
    suites: ['test/diagnosis/witnesses/testimony.test.ts'],
    sample: true,
  },
  {
    name: 'never-served-is-healthy',
    what: 'users are given to no revision that has never served any',
    file: 'src/steps/pin/last-healthy.ts',
    from: 'return isKnownGood ? [{ revision, record }] : [];',
    to: 'void isKnownGood;\n    return [{ revision, record: record ?? { lastServedAt: null, total: 1, failed: 0, deaths: 0, countedUntil: 0 } }];',
    suites: ['test/steps/pin/last-healthy.test.ts'],
  },
  {
    name: 'reason-not-asked-again',
    what: 'what made a step right is asked again before it is written',
    file: 'machines/incident/health/evidence.ts',
    from: 'agrees(verdict.outcome) ? null : verdict.because;',
    to: 'agrees(verdict.outcome) ? null : null;',
    suites: ['test/machines/health/evidence.test.ts'],
  },
  {
    name: 'well-is-restored',
    what: 'what serves well is not put back',
    file: 'machines/incident/trial/weigh-restore.ts',
    from: "? 'wait' : 'keep';\n",
    to: "? 'wait' : 'back';\n",
    suites: ['test/machines/trial/weigh-restore.test.ts'],
  },
  {
    name: 'worse-is-not-seen',
    what: 'a change that made it worse is found by its requests',
    file: 'src/diagnosis/changes/after-write.ts',
    from: 'if (trial.worseLooks >= AFTER_WRITE.worseLooks) return',
    to: 'if (trial.worseLooks < 0) return',
    suites: ['test/diagnosis/changes/after-write.test.ts'],
  },
  {
    name: 'lost-time-is-kept',
    what: 'an improvement that is lost gives its time back',
    file: 'machines/incident/health/window.ts',
    from: 'windowEndsAt: Math.min(windowEndsAt, first.endedAt + rested) };',
    to: 'windowEndsAt };',
    suites: ['test/machines/health/window.test.ts'],
  },
  ...OFF_THE_CONNECTOR,
];

/** Said when a mutant has to be written anew. */
export const MISFIT = 'does not hold the snippet once';

/** The mutant's text of a source file, or null when the file is another one. Throws when the snippet does not stand there once. */
export function mutated({ name, file, from, to }: Mutant, path: string, text: string): string | null {
  if (!path.replaceAll('\\', '/').endsWith(`/${file}`)) return null;
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`mutant ${name}: ${file} ${MISFIT}: it stands there ${parts.length - 1} times`);
  return parts.join(to);
}

/** The mutant that the environment asks for; null: none. */
export function chosenMutant(): Mutant | null {
  const name = process.env['FIREBREAK_MUTANT'] ?? '';
  if (name === '') return null;
  const found = MUTANTS.find((mutant) => mutant.name === name);
  if (found === undefined) throw new Error(`there is no mutant ${name}`);
  return found;
}
