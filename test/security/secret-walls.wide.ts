import { createHash } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRunLog } from '../../src/cli/process/log.ts';
import { plainOutput } from '../../src/cli/process/output.ts';
import { showProgress } from '../../src/cli/progress/show-progress.ts';
import { rehearsalDocument } from '../../src/composition/rehearsal-document.ts';
import { rehearse } from '../../src/composition/rehearsal.ts';
import type { Rehearsed } from '../../src/composition/rehearsal.ts';
import { createWallClock } from '../../src/clocks/wall-clock.ts';
import { openRehearsalStore } from '../../src/composition/stores.ts';
import type { RunStatus } from '../../src/ports/store.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { renderMarkdown } from '../../src/report/render/render-markdown.ts';
import { renderText } from '../../src/report/render/render-text.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import { SECRET_SHAPES } from '../core/outside/secret-corpus.ts';

/** One secret for each shape and each way in, so that a leak says where it came from: letters and digits, as generators make them. */
const secretFor = (shape: string, way: string): string =>
  `S${createHash('sha256')
    .update(`${way} ${shape}`)
    .digest('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 19)}`;
const PLANTED = ['line', 'error', 'reason'].flatMap((way) =>
  SECRET_SHAPES.map(([shape, line]) => ({
    way,
    shape,
    secret: secretFor(shape, way),
    text: line(secretFor(shape, way)).replaceAll('\n', ' '),
  })),
);
const texts = (way: string): readonly string[] => PLANTED.filter((each) => each.way === way).map(({ text }) => text);

/** The longest piece of a secret that may be seen. */
const LONGEST_PIECE = 7;

/** By each piece that would tell too much, whose it is. */
const OWNER = new Map(
  PLANTED.flatMap(({ way, shape, secret }) => pieces(secret.toLowerCase()).map((piece) => [piece, `${shape} (${way})`])),
);

const folder = mkdtempSync(join(tmpdir(), 'firebreak-walls-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('one rehearsal in which everybody talks of secrets in every shape', () => {
  let walls: Readonly<Record<string, string>>;
  let rehearsed: Rehearsed;

  beforeAll(async () => {
    const scenario = talkative(readScenario('no-improvement'));
    const { spec, hash } = await rehearsalDocument(scenario, null, { env: {}, readFile: () => Promise.reject(new Error('no file')) });
    const [terminal, logged, statuses]: [string[], string[], RunStatus[]] = [[], [], []];
    const stderr = plainOutput({ write: (text) => void terminal.push(text), isTTY: true, columns: 200 }, {});
    const now = { value: scenario.startAt };
    const progress = showProgress(
      { stderr, stdout: stderr, env: {}, clock: createWallClock() } as unknown as Parameters<typeof showProgress>[0],
      {
        json: false,
        clock: { now: () => now.value },
        where: null,
      },
    );
    const log = await createRunLog({ write: (text) => void logged.push(text) }, true);
    rehearsed = await rehearse({
      scenario,
      spec,
      specHash: hash,
      openStore: (clock) => openRehearsalStore(folder, 'walls', clock),
      owner: { token: 't', host: 'here', pid: 1, described: 'a test' },
      onStep: (saved, status) => {
        now.value = Date.parse(status.at);
        log.step(saved);
        progress.step(saved, status);
        statuses.push(status);
      },
      onWarning: (message, cause) => {
        log.warn(message, cause);
        progress.warn(message, cause);
      },
    });
    progress.end();
    const report = buildReport(rehearsed.lines, {});
    walls = {
      ...filesBelow(folder),
      'the terminal': terminal.join(''),
      'the log': logged.join(''),
      'the status': JSON.stringify(statuses),
      'the report as text': renderText(report),
      'the report as Markdown': renderMarkdown(report),
      'the report as JSON': JSON.stringify(report),
      'the chat': JSON.stringify(rehearsed.simulator.chat),
      'the support case': JSON.stringify(rehearsed.simulator.writes().filter(({ path }) => path.includes('cases'))),
    };
  }, 300_000);

  test('shows none of them at any wall', () => {
    expect(PLANTED.length).toBeGreaterThanOrEqual(240);
    const found = Object.entries(walls).flatMap(([wall, text]) => {
      const leaks = new Set<string>();
      for (const { 0: run } of text.toLowerCase().matchAll(/[a-z0-9]{8,}/g))
        for (const piece of pieces(run)) leaks.add(OWNER.get(piece) ?? '');
      return [...leaks].filter((leak) => leak !== '').map((leak) => `${wall}: ${leak}`);
    });
    expect(found).toEqual([]);
  });

  test('has met them: every wall holds something, the case was written, and what was hidden is told as hidden', () => {
    expect(Object.entries(walls).filter(([, text]) => text.length < 40)).toEqual([]);
    expect(Object.keys(walls).some((wall) => wall.includes('journal'))).toBe(true);
    expect(rehearsed.simulator.writes().some(({ path }) => path.includes('cases'))).toBe(true);
    for (const wall of ['the log', 'the report as text', 'the support case', 'the terminal']) expect(walls[wall], wall).toContain('***');
    expect(rehearsed.simulator.ledger.filter(({ fault }) => fault?.startsWith('talkative')).length).toBeGreaterThan(10);
  });
});

function pieces(run: string): readonly string[] {
  return Array.from({ length: Math.max(0, run.length - LONGEST_PIECE) }, (_, at) => run.slice(at, at + LONGEST_PIECE + 1));
}

/** Applications that print secrets beside words that are quoted, a Google that repeats them in errors, and people who give them as reasons. */
function talkative(scenario: Scenario): Scenario {
  const chatter = texts('line').map((text, nth) => ({
    message: `${nth % 2 === 0 ? 'Error -3 connecting to 10.1.2.3:6379. ' : 'ConnectionRefusedError: [Errno 111] '}${text}`,
    severity: 'ERROR' as const,
    every: 600_000 + 17_000 * nth,
  }));
  const errors = texts('error').map((text, nth) => ({
    id: `talkative-${nth}`,
    match: { method: 'GET', path: ['/v1/projects/*/locations/*/connectors/*', '/v3/projects/*/timeSeries'][nth % 2]! },
    from: 60_000 * (nth + 1),
    times: 1,
    optional: true as const,
    answer: { status: nth % 3 === 0 ? 403 : 503, message: `Request failed: ${text}` },
  }));
  const reasons = texts('reason').map((text, nth) => ({
    at: 90_000 * (nth + 1),
    do: nth % 2 === 0 ? ('hold' as const) : ('resume' as const),
    reason: text,
  }));
  return {
    ...scenario,
    world: {
      ...scenario.world,
      services: scenario.world.services.map((service, nth) =>
        nth > 0 ? service : { ...service, application: { ...service.application, chatter } },
      ),
    },
    faults: [...scenario.faults, ...errors],
    people: [...scenario.people, ...reasons],
    // Every way a secret could take has been gone by then.
    remediation: { ...scenario.remediation, patch: { ...scenario.remediation?.patch, spec: { escalation: { followFor: '1h' } } } },
  };
}

function filesBelow(root: string): Readonly<Record<string, string>> {
  const files = globSync('**/*', { cwd: root }).filter((path) => statSync(join(root, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}
