import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../ports/store.ts';
import { codeOf, makeFolder, readIfThere, replaceFile } from './disk.ts';
import { fileNameOf } from './file-name.ts';

/** `inbox/ID.json`, one file a command: anybody may put one in, the run takes them out. */
export class FolderInbox {
  readonly #folder: string;
  readonly #pid: number;

  constructor(folder: string, pid: number) {
    this.#folder = folder;
    this.#pid = pid;
  }

  put(command: Command): void {
    makeFolder(this.#folder);
    const path = this.#pathOf(command.id);
    if (readIfThere(path) === null)
      replaceFile(path, `${JSON.stringify(command)}\n`, { temporary: `${path}.${this.#pid}.tmp`, survives: 'power-loss' });
  }

  /** Oldest first. What is not a command is passed over. */
  list(): readonly Command[] {
    const commands = namesIn(this.#folder).flatMap((name) => parseCommand(readIfThere(join(this.#folder, name))));
    return commands.sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
  }

  remove(id: string): void {
    rmSync(this.#pathOf(id), { force: true });
  }

  #pathOf(id: string): string {
    return join(this.#folder, `${fileNameOf(id)}.json`);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return [];
    throw thrown;
  }
}

function parseCommand(text: string | null): Command[] {
  if (text === null) return [];
  try {
    const value = JSON.parse(text) as Partial<Command> | null;
    const isCommand =
      typeof value?.id === 'string' &&
      typeof value.at === 'number' &&
      typeof value.by === 'string' &&
      typeof value.event?.type === 'string';
    return isCommand ? [value as Command] : [];
  } catch {
    return [];
  }
}
