import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../src/composition/stores.ts';
import type { RunStore } from '../../../src/ports/store.ts';
import type { CommittedWrite } from '../../../src/simulator/surface/request-log.ts';
import { TARGET } from './console.ts';
import { openGate } from './gate.ts';
import type { Gate } from './gate.ts';
import { Pace } from './pace.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A real `firebreak run`. It reaches the simulator through a gate of its own: that tells its requests from another's. */
export interface Controller {
  readonly pid: number;
  readonly gate: Gate;
  readonly ended: Promise<Ended>;
  readonly kill: (signal: 'SIGCONT' | 'SIGKILL') => void;
}

export interface SiteOptions {
  /** Replacements in the example document. */
  readonly edits?: readonly (readonly [string, string])[];
}

/**
 * One simulator in a process of its own, one document, one folder as the store, and the controllers that are started on them, all in
 * lock-step: time goes no further than `pace` lets it.
 */
export class Site {
  readonly store: RunStore;
  readonly pace: Pace;
  readonly #folder: string;
  readonly #simulator: ChildProcess;
  readonly #url: string;
  readonly #controllers: Controller[] = [];

  static async open({ edits = [] }: SiteOptions = {}): Promise<Site> {
    const folder = mkdtempSync(join(tmpdir(), 'firebreak-site-'));
    const example = readFileSync(join(ROOT, 'deploy/examples/issue-1278.yaml'), 'utf8');
    writeFileSync(
      join(folder, 'remediation.yaml'),
      edits.reduce((text, [from, to]) => text.replaceAll(from, to), example),
    );
    const simulator = spawned('simulate', '--port', '0', '--clock', 'lockstep');
    const [line] = (await once(simulator.stdout!, 'data')) as [Buffer];
    const url = /^listening on (\S+)\n/.exec(line.toString())?.[1];
    if (url === undefined) throw new Error(`the simulator said: ${line.toString()}`);
    return new Site(folder, await openStore(join(folder, 'state'), TARGET), simulator, url, await Pace.join(url));
  }

  private constructor(folder: string, store: RunStore, simulator: ChildProcess, url: string, pace: Pace) {
    this.#folder = folder;
    this.store = store;
    this.pace = pace;
    this.#simulator = simulator;
    this.#url = url;
  }

  /** Comes back when it has begun, or has ended; time stands still meanwhile. `renamed`: of a document that says the same under another name. */
  async start(renamed: string | null = null): Promise<Controller> {
    const gate = await openGate(this.#url);
    const { state } = this.paths;
    const document = renamed === null ? this.paths.document : this.#copyNamed(renamed);
    const child = spawned('run', '-f', document, '--state', state, '--endpoint', gate.url, '--clock', this.#url);
    const controller = { pid: child.pid!, gate, ended: endOf(child), kill: (signal: NodeJS.Signals) => void child.kill(signal) };
    this.#controllers.push(controller);
    await Promise.race([once(child.stdout!, 'data'), controller.ended]);
    return controller;
  }

  /** Stops a process where it is; time goes on without it. */
  async stop({ pid }: Controller): Promise<void> {
    process.kill(pid, 'SIGSTOP');
    while (!spawnSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).stdout.startsWith('T'));
    const answer = await fetch(`${this.#url}/_sim/clock`, { method: 'POST', body: JSON.stringify({ without: pid }) });
    if (!answer.ok) throw new Error(`time does not go on without ${pid}: ${await answer.text()}`);
  }

  #copyNamed(name: string): string {
    const copy = join(this.#folder, `${name}.yaml`);
    const text = readFileSync(this.paths.document, 'utf8');
    writeFileSync(copy, text.replace('name: issue-1278', `name: ${name}`));
    return copy;
  }

  get paths(): { readonly document: string; readonly state: string } {
    return { document: join(this.#folder, 'remediation.yaml'), state: join(this.#folder, 'state') };
  }

  /** Another verb on the same store, at the same time of day. */
  async verb(...args: readonly string[]): Promise<Ended> {
    return endOf(spawned(...args, '--state', this.paths.state, '--clock', this.#url));
  }

  /** Changes that the simulator has committed, whoever made them, oldest first. */
  async writes(): Promise<readonly CommittedWrite[]> {
    return ((await this.#ask('writes')) as { readonly writes: readonly CommittedWrite[] }).writes;
  }

  /** Somebody changes something by hand, through the same API. */
  async byHand(actor: string, path: string, body: object): Promise<void> {
    const change = JSON.stringify({ actor, method: 'PATCH', path, body });
    const answer = await fetch(`${this.#url}/_sim/people`, { method: 'POST', body: change });
    if (!answer.ok) throw new Error(`the change by hand was answered ${answer.status}: ${await answer.text()}`);
  }

  async #ask(what: string): Promise<unknown> {
    return (await fetch(`${this.#url}/_sim/${what}`)).json();
  }

  close(): void {
    for (const { kill, gate } of this.#controllers) {
      kill('SIGKILL');
      gate.close();
    }
    this.#simulator.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function spawned(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['src/main.ts', ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
}

function endOf(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout!.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr!.on('data', (chunk) => (stderr += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}
