import type { CaseChoice } from '../../composition/rehearsal-case.ts';
import type { Rehearsed } from '../../composition/rehearsal.ts';
import { sayDuration } from '../../core/duration.ts';
import type { RunReport } from '../../report/run-report.ts';
import type { RunStore } from '../../ports/store.ts';
import type { Delivered } from '../../simulator/people/people.ts';
import type { VerbDeps } from '../deps.ts';
import { drawnLines } from '../progress/drawn-lines.ts';
import { keepPage } from '../reports/keep-page.ts';
import type { CommonOptions } from '../options.ts';
import { messageCounts, messagesText } from '../status/messages-text.ts';
import { reachOf } from '../reach.ts';
import { showProgress } from '../progress/show-progress.ts';

/** What rehearsing needs of the composition root. */
export type RehearsalComposition = () => Promise<
  Pick<typeof import('../../composition/rehearsal.ts'), 'rehearse'> &
    Pick<typeof import('../../composition/rehearsal-case.ts'), 'rehearsalCase'> &
    Pick<typeof import('../../composition/expectations.ts'), 'judgeExpectations'> &
    Pick<typeof import('../../composition/incident.ts'), 'leaseOwner'> &
    Pick<typeof import('../../composition/stores.ts'), 'openRehearsalStore'>
>;

export interface RehearseOptions extends CommonOptions {
  readonly state: string;
  readonly file?: string;
  readonly world?: string;
  readonly break?: string;
  readonly list?: boolean;
  readonly all?: boolean;
  readonly seed?: number;
}

export interface Result {
  readonly scenario: string;
  readonly outcome: string;
  /** Whether anything was said of how it must end. */
  readonly expects: boolean;
  readonly asExpected: boolean;
  readonly interrupted: boolean;
  readonly expectations: ReturnType<Awaited<ReturnType<RehearsalComposition>>['judgeExpectations']>;
  readonly report: RunReport;
  readonly lines: readonly string[];
  /** What simulated people have got by the channels of the document. */
  readonly messages: readonly Delivered[];
  /** What a drawn world was guessed to be, and cannot know; empty where none was drawn. */
  readonly drawn: readonly string[];
  readonly ticks: number;
  readonly virtualMs: number;
  readonly wallMs: number;
}

/** One incident from its first look to its end; progress is shown unless it is to be quiet. */
export async function rehearseOne(
  choice: CaseChoice,
  options: RehearseOptions & { readonly quiet: boolean },
  { deps, composition, signal }: { readonly deps: VerbDeps; readonly composition: RehearsalComposition; readonly signal: AbortSignal },
): Promise<Result> {
  const [parts, { buildReport }, { renderText }] = await Promise.all([
    composition(),
    import('../../report/build-report.ts'),
    import('../../report/render/render-text.ts'),
  ]);
  const found = await parts.rehearsalCase(choice, { file: options.file ?? null, breaks: options.break ?? null }, deps);
  const { document, expects } = found;
  const scenario = options.seed === undefined ? found.scenario : { ...found.scenario, seed: options.seed };
  const now = { value: scenario.startAt };
  const progress = showProgress(deps, { json: options.json === true, clock: { now: () => now.value }, where: null, quiet: options.quiet });
  const began = deps.clock.now();
  let rehearsed: Rehearsed;
  let store: RunStore | null = null;
  try {
    rehearsed = await parts.rehearse({
      scenario,
      spec: document.spec,
      specHash: document.hash,
      openStore: (clock) => (store = parts.openRehearsalStore(options.state, `${scenario.name}-${scenario.seed}`, clock)),
      program: deps.version,
      reach: reachOf(document.spec, { state: options.state }, deps),
      owner: parts.leaseOwner({ token: deps.newId(), user: deps.user, execution: undefined }),
      onStep: (saved, status) => {
        now.value = Date.parse(status.at);
        progress.step(saved, status);
      },
      onWarning: progress.warn,
      signal,
    });
  } finally {
    progress.end();
  }
  const wallMs = deps.clock.now() - began;
  const { lines, ticks, virtualMs, requests } = rehearsed;
  const report = buildReport(lines, { scenario: scenario.name, seed: scenario.seed, wallMs, requests: total(requests) });
  if (store !== null && options.state !== 'memory:') await keepPage(store, { report, lines }, deps, options.quiet);
  const messages = rehearsed.simulator.people.delivered;
  const told = await keepMessages(store, { messages, runId: rehearsed.runId, isKept: options.state !== 'memory:' });
  const expectations = expects ? parts.judgeExpectations(scenario, rehearsed) : [];
  return {
    scenario: scenario.name,
    outcome: rehearsed.end.outcome,
    expects,
    asExpected: expectations.every(({ met }) => met),
    interrupted: rehearsed.end.outcome === 'stopped',
    expectations,
    report,
    lines: [renderText(report), ...told],
    messages,
    drawn: drawnLines(found.drawn),
    ticks,
    virtualMs,
    wallMs,
  };
}

/** What would have been sent, beside the report, and where that lies. */
async function keepMessages(
  store: RunStore | null,
  { messages, runId, isKept }: { readonly messages: readonly Delivered[]; readonly runId: string; readonly isKept: boolean },
): Promise<readonly string[]> {
  if (messages.length === 0) return [];
  const kept = store === null || !isKept ? '' : `: ${await store.keepText(runId, 'messages.txt', messagesText(messages))}`;
  return ['', `Messages to simulated people, nobody was told (${messageCounts(messages)})${kept}`];
}

function total(requests: Rehearsed['requests']): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
}

/** `recovered  as expected  1h 7m of the incident in 12.4s, 135 looks`. */
export function summaryLine({ scenario, outcome, expects, asExpected, virtualMs, wallMs, ticks }: Result): string {
  const verdict = !expects ? 'nothing expected' : asExpected ? 'as expected' : 'NOT AS EXPECTED';
  return `${scenario.padEnd(24)} ${outcome.padEnd(10)} ${verdict}   ${sayDuration(virtualMs)} of the incident in ${sayDuration(wallMs)}, ${ticks} looks`;
}
