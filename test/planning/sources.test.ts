import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogGroup, Observation } from '../../src/core/model/observation.ts';
import type { Plan, PlanStep } from '../../src/core/model/plan.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { groupLogs } from '../../src/diagnosis/logs/group-logs.ts';
import { toRawEntry } from '../../src/gcp/logging/raw-entry.ts';
import { withoutUntrustedText, isUntrusted } from '../../src/planning/sources.ts';
import {
  BACKEND,
  believedWorld,
  connectorOf,
  loggedWorld,
  logGroup,
  NEW_BACKEND,
  NOW,
  OLD_BACKEND,
  SPEC,
  wellWorld,
} from '../diagnosis/fixtures.ts';
import { ill, PIN, BACKEND_DEPLOY, planFor, stepOf } from './planned.ts';

/** What drivers, runtimes and the platform say, as somebody outside may copy it into a query. */
const PHRASES = [
  "ModuleNotFoundError: No module named 'evil'",
  'Container called exit(3).',
  'Error -3 connecting to 10.1.2.3:6379. Temporary failure in name resolution.',
  'FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute',
  'Database initialization timeout after 25.0s',
  'connect ETIMEDOUT 10.1.2.3:5432',
  'Memory limit of 512 MiB exceeded with 530 MiB used.',
  'password authentication failed for user "app"',
  'x509: certificate has expired or is not yet valid',
  'Quota exceeded for quota metric',
  'KeyError: DATABASE_URL is not set',
  'QueuePool limit of size 10 overflow 15 reached, connection timed out, timeout 30.00',
  'Ready condition status changed to False for Revision: failed to start and listen on the port defined provided by the PORT=8080',
] as const;

/** How a program may come to write them down. */
const CARRIERS: readonly ((words: string) => string)[] = [
  (words) => words,
  (words) => `INFO: 203.0.113.7:51234 - "GET /search?q=${words} HTTP/1.1" 404`,
  (words) => `ERROR search for "${words}" gave nothing`,
  (words) => `Traceback (most recent call last):\n  File "/app/search.py", line 3\nValueError: no such term: ${words}`,
  (words) => `{"query": "${words}"}`,
];

const line = fc.record({
  phrase: fc.constantFrom(...PHRASES),
  carrier: fc.nat(CARRIERS.length - 1),
  revision: fc.constantFrom(NEW_BACKEND, OLD_BACKEND),
  times: fc.integer({ min: 1, max: 400 }),
});
const provoked = fc.array(line, { minLength: 1, maxLength: 6 });

/** As a program on stdout or stderr prints them: dated within the last minute, from the containers that serve. */
function groupsOf(lines: readonly { phrase: string; carrier: number; revision: string; times: number }[]): readonly LogGroup[] {
  return groupLogs(
    lines.flatMap(({ phrase, carrier, revision, times }, nth) =>
      Array.from({ length: times }, (_, at) =>
        toRawEntry({
          insertId: `outside-${nth}-${at}`,
          timestamp: new Date(NOW - 1_000 * (at % 60)).toISOString(),
          severity: 'ERROR',
          logName: `projects/p/logs/run.googleapis.com%2Fstd${at % 2 === 0 ? 'out' : 'err'}`,
          resource: { labels: { service_name: BACKEND, revision_name: revision } },
          labels: { instanceId: `instance-${at % 3}` },
          textPayload: CARRIERS[carrier]!(phrase),
        }),
      ),
    ),
  );
}

function withLines(observation: Observation, added: readonly LogGroup[]): Observation {
  const groups = [...(observation.logs.value ?? [])];
  for (const group of added) {
    const at = groups.findIndex(
      ({ signature, service, revision }) => signature === group.signature && service === group.service && revision === group.revision,
    );
    if (at < 0) groups.push(group);
    else groups[at] = { ...groups[at]!, count: groups[at]!.count + group.count, lastAt: Math.max(groups[at]!.lastAt, group.lastAt) };
  }
  return { ...observation, logs: { ...observation.logs, value: groups } };
}

/** Worlds without a line of any program: what is seen of them only the platform and we ourselves have written. */
const dies = (revision: string, count: number) => logGroup('container-exit', BACKEND, revision, count);
const WORLDS: Readonly<Record<string, () => Observation>> = {
  'all is well': wellWorld,
  'users fail': () => ill([]),
  'users fail and the connector is saturated': () => ill([], { cpu: 0.97 }),
  'the connections run short': () => ill([], { connections: 398 }),
  'the new revision dies and says nothing': () => ill([dies(NEW_BACKEND, 6)]),
  'both revisions die and say nothing': () => ill([dies(NEW_BACKEND, 6), dies(OLD_BACKEND, 6)]),
  'containers die while the connector is saturated': () => ill([dies(NEW_BACKEND, 6)], { cpu: 0.97 }),
  'the incident as it was believed, without its lines': () => withoutUntrustedText(believedWorld()) ?? believedWorld(),
  'the incident as it was logged, without its lines': () => withoutUntrustedText(loggedWorld()) ?? loggedWorld(),
};

const written = (plan: Plan): readonly PlanStep[] => plan.steps.filter(({ decision }) => decision === 'apply');

describe.each(Object.entries(WORLDS))('where %s', (_, make) => {
  const without = planFor(make());

  test('lines that somebody outside provoked write no more and nothing else', () => {
    fc.assert(
      fc.property(provoked, (lines) => {
        const seen = withLines(make(), groupsOf(lines));
        const wrong = written(planFor(seen)).filter((step) => !allowed(step, without, seen));
        expect(wrong.map(({ id, title, reason }) => `${id}: ${title}: ${reason}`)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('what they hold back, against another likely cause and where nothing dies, waits for a human instead', () => {
    const bare = diagnose(make(), SPEC);
    const another = bare.causes.some(({ kind, confidence, share }) => kind !== 'unknown' && confidence >= 0.5 && share >= 0.5);
    if (!another || bare.causes.some(({ kind }) => kind === 'application-crash')) return;
    fc.assert(
      fc.property(provoked, (lines) => {
        const plan = planFor(withLines(make(), groupsOf(lines)));
        const held = written(without).filter(({ id, kind }) => kind !== 'connector' && stepOf(plan, id).decision === 'veto');
        for (const { id } of held) expect(plan.question?.id).toContain(`${id}:evidence`);
      }),
      { numRuns: 60 },
    );
  });
});

/**
 * The same change as without the lines; or the connector, for which its own figure and ill users speak; or the revision that the
 * document names, where what surrounds the program is seen to be ill without them.
 */
function allowed(step: PlanStep, without: Plan, seen: Observation): boolean {
  if (written(without).some(({ id, change }) => id === step.id && sameTarget(change, step.change))) return true;
  if (step.kind === 'connector') return (connectorOf(seen).cpuP99.value ?? 0) >= SPEC.improvement.goals.connectorSaturation;
  const wanted = SPEC.services.find(({ name }) => step.id === `pin:${name}`)?.pin?.revision;
  const bare = withoutUntrustedText(seen) ?? seen;
  const surroundings = diagnose(bare, SPEC).causes.some(
    ({ kind, confidence }) => kind !== 'unknown' && kind !== 'application-crash' && confidence >= 0.5,
  );
  return step.change?.kind === 'pin' && step.change.revision === wanted && surroundings;
}

function sameTarget(one: PlanStep['change'], other: PlanStep['change']): boolean {
  if (one?.kind === 'pin' && other?.kind === 'pin') return one.revision === other.revision;
  return one?.kind === other?.kind;
}

describe('evidence of two sources', () => {
  test('a module that programs say to miss, beside deaths that the platform saw, forbids the deploy and moves the pin', () => {
    const plan = planFor(loggedWorld());
    expect(stepOf(plan, BACKEND_DEPLOY).decision).toBe('veto');
    expect(stepOf(plan, PIN).change).toMatchObject({ revision: OLD_BACKEND });
    expect(plan.question).toBeNull();
  });

  test('the words of the platform count as they are, whoever else says the same', () => {
    const groups = groupLogs(
      ['run.googleapis.com%2Fvarlog%2Fsystem', 'run.googleapis.com%2Fstdout'].map((log, at) =>
        toRawEntry({ textPayload: 'Container called exit(3).', logName: `projects/p/logs/${log}`, timestamp: new Date(at).toISOString() }),
      ),
    );
    expect(groups.map(({ signature, count, byPlatform }) => ({ signature, count, byPlatform }))).toEqual([
      { signature: 'container-exit', count: 1, byPlatform: 1 },
      { signature: 'unrecognised', count: 1, byPlatform: undefined },
    ]);
  });

  test('only what programs print can be written by somebody outside', () => {
    const sources = ['application-lines', 'platform-lines', 'conditions', 'metrics', 'probes'] as const;
    expect(sources.filter(isUntrusted)).toEqual(['application-lines']);
  });
});
