import { createProgress } from '../../../src/cli/progress/progress.ts';
import { TerminalStage } from '../../../src/cli/live/stage.ts';
import { CONNECTOR_COLUMNS, DATABASE_COLUMNS, SERVICE_COLUMNS } from '../../../src/core/model/figures.ts';
import type { JournalLine, RunStatus } from '../../../src/ports/store.ts';
import { NOW, STATUS } from '../support/console.ts';
import { TerminalScreen } from '../support/terminal-screen.ts';

const STARTED = NOW - 1_380_000;
export const UTF8 = { LANG: 'en_US.UTF-8', NO_COLOR: '1' };
const GOALS = { errorRate: 0.01, p95Ms: 1_000, connectorSaturation: 0.7 };
const MEASURES = {
  parts: ['connector:c', 'service:web'],
  columns: { connector: CONNECTOR_COLUMNS, database: DATABASE_COLUMNS, service: SERVICE_COLUMNS },
  goals: GOALS,
};

const line = (event: string, data: unknown, at: number, states: readonly string[] = STATUS.states): JournalLine => ({
  seq: 1,
  at,
  kind: event === 'observe.done' ? 'tick' : 'decision',
  event,
  states,
  data,
  previous: '',
  hash: '',
});

interface Figures {
  readonly up: number | null;
  readonly errors: number | null;
  readonly p95: number | null;
  readonly cpu: number | null;
}

export const look = (
  at: number,
  { up, errors, p95, cpu }: Figures,
  gates: Readonly<Record<string, string>> = { 'healthy:web': 'pass', connector: 'pass' },
): JournalLine =>
  line(
    'observe.done',
    {
      at,
      headline: '',
      gates,
      progress: { improved: false, because: '' },
      foreignChange: null,
      indicators: { at, servicesUp: up, servicesTotal: 3, errorRate: errors, p95Ms: p95, connectorSaturation: cpu, samples: 732 },
      row: [
        [cpu, 3, 0, 0, 90],
        [732, 0, p95, 2, 1, 20, 0, 0, 300, 120],
      ],
    },
    at,
  );

/** From an ill environment to a healthy one, a look each half minute, the newest 4 s ago. */
const LOOKS = Array.from({ length: 40 }, (_, index) => {
  const at = NOW - 4_000 - (39 - index) * 30_000;
  const share = Math.max(0, 1 - index / 20);
  return look(at, {
    up: index < 10 ? null : index < 20 ? 2 : 3,
    errors: 0.54 * share,
    p95: 195 + 16_700 * share,
    cpu: 0.09 + 0.91 * share,
  });
});
export const JOURNAL = [line('run.started', { measures: MEASURES }, STARTED, ['working.runbook.assessing.observing']), ...LOOKS];

export function playing(columns: number, { env = UTF8, rows = 24, where = {} as object | null } = {}) {
  const screen = new TerminalScreen(columns, rows);
  const stage = new TerminalStage(screen);
  const output = stage.above(screen);
  const progress = createProgress(output, { env, startedAt: STARTED, where, stage });
  const tell = (status: RunStatus, now = NOW): void => progress.feed({ kind: 'status', status, now });
  return { screen, stage, output, progress, tell };
}

export function shown(columns: number, status: RunStatus = STATUS, options: Parameters<typeof playing>[1] = {}): readonly string[] {
  const { screen, progress, tell } = playing(columns, options);
  for (const each of JOURNAL) progress.feed({ kind: 'journal', line: each });
  tell(status);
  return screen.lines;
}
