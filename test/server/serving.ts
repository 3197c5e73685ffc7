import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { onTestFinished } from 'vitest';
import { servedAnswers } from '../../src/cli/serving/served-answers.ts';
import { servedRuns } from '../../src/cli/serving/served-runs.ts';
import { chainLine } from '../../src/durable/journal.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { JournalLine, RunRecord, RunStatus, RunStore } from '../../src/ports/store.ts';
import { serveRuns } from '../../src/server/server.ts';
import type { Serving } from '../../src/server/server.ts';
import { NOW, drivenRun } from '../cli/support/console.ts';
import type { Console } from '../cli/support/console.ts';

/** Stands still, and ends a wait when it is moved past it: what a server waits for is in the hands of the test. */
class HandClock implements Clock {
  #now: number;
  #waiting = new Set<{ readonly at: number; readonly wake: () => void }>();
  #heard: (() => void)[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  during<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  sleepUntil(at: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wait = { at, wake: resolve };
      this.#waiting.add(wait);
      signal?.addEventListener('abort', () => {
        this.#waiting.delete(wait);
        reject(signal.reason as Error);
      });
      for (const heard of this.#heard.splice(0)) heard();
    });
  }

  /** Resolves as soon as somebody waits. */
  async waitedFor(): Promise<void> {
    if (this.#waiting.size === 0) await new Promise<void>((resolve) => this.#heard.push(resolve));
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const wait of this.#waiting) {
      if (wait.at > this.#now) continue;
      this.#waiting.delete(wait);
      wait.wake();
    }
  }
}

export interface Served extends Serving {
  readonly clock: HandClock;
  readonly failures: unknown[];
}

/** The runs of a console's stores on a free port of this machine, until the test is over; with a token, answers are taken. */
export async function served(shell: Console, now = NOW, token: string | null = null, port = 0): Promise<Served> {
  const clock = new HandClock(now);
  const failures: unknown[] = [];
  const deps = { ...shell.deps(), clock };
  const runs = servedRuns('.firebreak', deps);
  const answering = token === null ? null : { answers: servedAnswers('.firebreak', deps), token, newId: deps.newId };
  const server = await serveRuns({ runs, clock, host: '127.0.0.1', port, answering, onFailure: (thrown) => failures.push(thrown) });
  onTestFinished(() => server.close());
  return { ...server, clock, failures };
}

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request, as it is: no client of ours tidies its path or its headers. */
export function get(url: string, path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET', said = ''): Promise<Got> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asking = request({ host: hostname, port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on('error', reject);
    });
    asking.on('error', reject);
    asking.end(said);
  });
}

export function chained(lines: readonly JournalLine[]): readonly JournalLine[] {
  const all: JournalLine[] = [];
  for (const each of lines) all.push(chainLine({ seq: all.length, head: all.at(-1)?.hash ?? '' }, each));
  return all;
}

/** A run at work: what is in its journal, and what it shows of itself. */
export async function atWork(
  store: RunStore,
  lines: readonly JournalLine[],
  changes: { readonly status?: Partial<RunStatus>; readonly record?: Partial<RunRecord> } = {},
): Promise<readonly JournalLine[]> {
  const all = chained(lines);
  await store.appendJournal('run-1', all);
  const record = { journalSeq: all.length, journalHead: all.at(-1)?.hash ?? '', ...changes.record };
  await drivenRun(store, { ...changes, record });
  return all;
}
