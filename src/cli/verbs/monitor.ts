import { SECOND, sayDuration } from '../../core/duration.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { loadDocument } from '../document.ts';
import { EXIT, exitOfSignal } from '../process/exit.ts';
import type { ExitCode } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import { endpointOf, withClock, withCommon, withDetails, withDocument, withEndpoint } from '../options.ts';
import type { AssessComposition, AssessVerbOptions } from './plan.ts';

interface MonitorOptions extends AssessVerbOptions {
  readonly once?: boolean;
}

/** `monitor`: one line a look, until it is interrupted. */
export function monitor(composition: AssessComposition): Verb {
  return (program, deps) => {
    withCommon(withDetails(withClock(withEndpoint(withDocument(program.command('monitor'))), deps)))
      .description('watch: one line a look, with the component, where it comes from, the figures and the trend')
      .option('--once', 'one look, and the exit code')
      .addHelpText('after', EXAMPLES)
      .action((options: MonitorOptions) => act(options, deps, composition));
  };
}

const EXAMPLES = `
Examples:
  firebreak monitor -f remediation.yaml
  firebreak monitor -f remediation.yaml --json | jq .origin
  firebreak monitor -f remediation.yaml --once

With --json one object per look and line. It looks every observe.every, and writes nothing. Ctrl-C ends it.
Exit codes of --once: 0 healthy · 1 unhealthy, or not known: the line says which.`;

/** Real time between two signs of life (DESIGN section 1: never silent for 30 s). */
const HEARTBEAT = 20 * SECOND;

async function act(options: MonitorOptions, deps: VerbDeps, composition: AssessComposition): Promise<void> {
  const { spec } = await loadDocument(options.file, deps);
  const words = { stopping: 'ending the watch', resume: null };
  const { value, stoppedBy } = await interruptible(deps, words, (signal) => watch(options, spec, { deps, composition, signal }));
  deps.finish(value ?? exitOfSignal(stoppedBy ?? 'SIGTERM'));
}

async function watch(
  options: MonitorOptions,
  spec: RemediationSpec,
  { deps, composition, signal }: { readonly deps: VerbDeps; readonly composition: AssessComposition; readonly signal: AbortSignal },
): Promise<ExitCode> {
  const [{ goLive }, { Monitor, monitorLine }, { observerOver }] = await Promise.all([
    composition(),
    import('../../controller/validating/monitor-tick.ts'),
    import('../../controller/validating/make-observer.ts'),
  ]);
  const live = await goLive({ spec, ...endpointOf(options), clockUrl: options.clock ?? null, readOnly: true });
  const observer = observerOver({ spec, ...live });
  const judge = new Monitor(spec);
  const [{ tickDecides }, { decisionLines, viewOf, wrappedLines }] = await Promise.all([
    import('../progress/deciding.ts'),
    import('../progress/decision-summary.ts'),
  ]);
  const view = viewOf(deps);
  let said = '';
  let headline = '';
  const json = options.json === true;
  for (;;) {
    const startedAt = live.clock.now();
    const looking = () => `still looking (${sayDuration(live.clock.now() - startedAt)})`;
    const tick = judge.judge(await alive(observer.observe(signal), looking, { json, deps, signal }));
    const shown = { ...tick, at: new Date(tick.at).toISOString() };
    // What decides is said again when it is another; a look that shows nothing new is a line of figures.
    const key = [tick.outcome, tick.cause, tick.component].join(' ');
    const decides = key === said ? [] : [...decisionLines(tickDecides(tick), view), ''];
    const isShort = options.details !== true && tick.headline === headline;
    const lines = [...decides, ...wrappedLines([monitorLine(tick, isShort)], view)];
    deps.stdout.write(json ? `${JSON.stringify(shown)}\n` : `${lines.join('\n')}\n`);
    [said, headline] = [key, tick.headline];
    if (options.once === true) return tick.outcome === 'pass' ? EXIT.ok : EXIT.failed;
    const next = Math.max(live.clock.now(), startedAt + spec.observe.everyMs);
    await alive(live.clock.sleepUntil(next, signal), () => waiting(live.clock, next), { json, deps, signal });
  }
}

function waiting(clock: Clock, next: number): string {
  return `the next look is in ${sayDuration(Math.max(0, next - clock.now()))}`;
}

/** `work`, with a line every twenty seconds for as long as it takes; with --json on stderr, because stdout holds looks alone. */
async function alive<T>(
  work: Promise<T>,
  say: () => string,
  { json, deps, signal }: { readonly json: boolean; readonly deps: VerbDeps; readonly signal: AbortSignal },
): Promise<T> {
  const over = new AbortController();
  void beat(deps, say, json, AbortSignal.any([over.signal, signal])).catch(() => undefined);
  try {
    return await work;
  } finally {
    over.abort();
  }
}

async function beat(deps: VerbDeps, say: () => string, json: boolean, signal: AbortSignal): Promise<void> {
  for (;;) {
    await deps.clock.sleepUntil(deps.clock.now() + HEARTBEAT, signal);
    (json ? deps.stderr : deps.stdout).write(`… ${say()}\n`);
  }
}
