import { readFile } from 'node:fs/promises';
import type { CliDeps } from '../../../src/cli/deps.ts';
import { rehearse } from '../../../src/cli/verbs/rehearse.ts';
import * as incident from '../../../src/composition/incident.ts';
import * as cases from '../../../src/composition/rehearsal-case.ts';
import * as expectations from '../../../src/composition/expectations.ts';
import * as rehearsal from '../../../src/composition/rehearsal.ts';
import * as stores from '../../../src/composition/stores.ts';
import type { Result } from './console.ts';
import { RealTimeConsole } from './real-time-console.ts';

const ROOT = new URL('../../../', import.meta.url);

/** A terminal on the real folder of the project: its own files come first. */
class OnDisk extends RealTimeConsole {
  override deps(): CliDeps {
    const deps = super.deps();
    return { ...deps, readFile: (path) => deps.readFile(path).catch(() => readFile(new URL(path, ROOT))) };
  }
}

/** `firebreak rehearse WORDS --state memory:`; `files` lie beside those of the project, `stopAt`: Ctrl-C right after this line. */
export async function rehearsed(words: readonly string[], files: Readonly<Record<string, string>> = {}, stopAt?: RegExp): Promise<Result> {
  const terminal = new OnDisk();
  terminal.onLine = (line) => void (stopAt?.test(line) === true && setImmediate(() => terminal.signal('SIGINT')));
  for (const [name, text] of Object.entries(files)) terminal.files.set(name, text);
  const verb = rehearse(async () => ({ ...incident, ...cases, ...expectations, ...rehearsal, ...stores }));
  return terminal.run(['rehearse', ...words, '--state', 'memory:'], [verb]);
}
