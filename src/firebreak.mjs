#!/usr/bin/env node
// The `firebreak` command. Plain JavaScript that an older Node can still start: it finds the Node it needs (24 or newer; on
// Linux an optional dependency brings it along), then runs the bundle when packaged, or the sources in a checkout.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED = 24;
const here = dirname(fileURLToPath(import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= NEEDED) await runHere();
else runWithNewerNode();

async function runHere() {
  // Started by an older Node: when that parent dies, even by SIGKILL, this process must not drive the run on unseen.
  if (process.env.FIREBREAK_LAUNCHED === '1' && process.channel !== undefined && process.channel !== null) {
    process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
    process.channel.unref();
  }
  module.enableCompileCache?.();
  await import(pathToFileURL(program()).href);
}

/** In a checkout the sources lie beside this file; a package brings the bundle (sources would not be stripped there). */
function program() {
  const candidates = [join(here, 'main.ts'), join(here, 'main.mjs'), join(here, '..', 'dist', 'main.mjs')];
  const found = candidates.find((path) => existsSync(path) && !(path.endsWith('.ts') && path.includes('node_modules')));
  if (found !== undefined) return found;
  process.stderr.write('firebreak: the program is missing beside its launcher\n  fix: install Firebreak again\n');
  process.exit(2);
}

function runWithNewerNode() {
  const node = bundledNode();
  if (node === null) {
    process.stderr.write(
      `firebreak: Node ${NEEDED} or newer is needed, this is ${process.versions.node}\n` +
        `  fix: install Node ${NEEDED}; on Linux (x64, arm64) \`npm ci\` brings it along as an optional dependency\n`,
    );
    process.exit(2);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, FIREBREAK_LAUNCHED: '1' },
  });
  // Handed on once; a terminal has sent it to the child already, which takes two within a moment for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`firebreak: Node ${NEEDED} could not be started\n  ${error.message}\n  fix: run \`npm ci\` again\n`);
    process.exit(2);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/** The Node that npm installed for this platform, from this folder upwards; null when there is none. */
function bundledNode() {
  if (process.platform !== 'linux') return null;
  for (let folder = here; ; folder = dirname(folder)) {
    const node = join(folder, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
    if (existsSync(node)) return node;
    if (dirname(folder) === folder) return null;
  }
}
