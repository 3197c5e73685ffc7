import type { RunStatus } from '../ports/store.ts';
import type { Objects } from './gcs-objects.ts';

/** A status is written anew with each step: it is not worth holding up a run for long. */
const ATTEMPTS = 2;

/** `status.json`. What comes while a write waits or is on its way is written after it, and only the newest of it. */
export class StatusObject {
  readonly #objects: Objects;
  readonly #name: string;
  #next: RunStatus | null = null;
  #writing: Promise<void> | null = null;

  constructor(objects: Objects, name: string) {
    this.#objects = objects;
    this.#name = name;
  }

  /** Resolves when this status, or a newer one, is there. */
  write(status: RunStatus): Promise<void> {
    this.#next = status;
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = null));
    return this.#writing;
  }

  /** One that cannot be read is as good as none: it is for people. */
  async read(): Promise<RunStatus | null> {
    const object = await this.#objects.get(this.#name);
    try {
      return object === null ? null : (JSON.parse(object.text) as RunStatus);
    } catch {
      return null;
    }
  }

  async #writeAll(): Promise<void> {
    while (this.#next !== null) {
      await this.#objects.pace.ready(this.#name);
      const newest = this.#next;
      this.#next = null;
      await this.#objects.put(this.#name, `${JSON.stringify(newest, null, 2)}\n`, { attempts: ATTEMPTS });
    }
  }
}
