import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly wallMs: number;
}

const PATIENCE = 120_000;

/** A whole process from start to exit, by the wall. */
export async function wholeProcess(argv: readonly string[], cwd: string): Promise<Finished> {
  const began = performance.now();
  const child = spawn(process.execPath, [...argv], { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  return { code, stdout, stderr, wallMs: performance.now() - began };
}

/** Milliseconds from the start of a process until its first request arrives at `endpoint`; the process is ended there. */
export async function untilFirstRequest(argvFor: (endpoint: string) => readonly string[], cwd: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const began = performance.now();
  const child = spawn(process.execPath, [...argvFor(endpoint)], { cwd, stdio: ['ignore', 'ignore', 'pipe'], timeout: PATIENCE });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  try {
    return await new Promise<number>((resolve, reject) => {
      server.once('request', () => resolve(performance.now() - began));
      child.once('error', reject);
      child.once('close', (code) => reject(new Error(`ended with ${code} before its first request: ${stderr.trim().slice(0, 200)}`)));
    });
  } finally {
    child.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
  }
}
