import type { Command } from '../ports/store.ts';
import { fileNameOf } from './file-name.ts';
import { ABSENT } from './gcs-objects.ts';
import type { ListedObject, Objects } from './gcs-objects.ts';

/**
 * `inbox/ID.json`, one object a command. A person without this program may put one in as well, approvals included: an object
 * with only `{"event": {"type": …}}` is taken as sent when it was created, by its name.
 */
export class GcsInbox {
  readonly #objects: Objects;
  readonly #prefix: string;
  /** Under which name a command lies, when that is not the one its id would give. */
  readonly #nameById = new Map<string, string>();

  /** `prefix` ends in a slash. */
  constructor(objects: Objects, prefix: string) {
    this.#objects = objects;
    this.#prefix = prefix;
  }

  /** One that is there already stays as it is: either it is this one, or the id is taken. */
  async put(command: Command): Promise<void> {
    await this.#objects.put(this.#nameOf(command.id), `${JSON.stringify(command)}\n`, { generation: ABSENT });
  }

  /** Oldest first. What is not a command is passed over. */
  async list(): Promise<readonly Command[]> {
    const listed = (await this.#objects.list(this.#prefix)).filter(({ name }) => !name.endsWith('/'));
    const read = await Promise.all(listed.map(async (object) => this.#parse(object, (await this.#objects.get(object.name))?.text ?? '')));
    return read.flat().sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
  }

  async remove(id: string): Promise<void> {
    await this.#objects.remove(this.#nameById.get(id) ?? this.#nameOf(id));
    this.#nameById.delete(id);
  }

  #parse({ name, createdAt }: ListedObject, text: string): readonly Command[] {
    try {
      const value = JSON.parse(text) as Partial<Command> | null;
      if (typeof value?.event?.type !== 'string') return [];
      const plain = name.slice(this.#prefix.length);
      const { id = plain, at = createdAt, by = `the object ${plain}`, event } = value;
      if (typeof id !== 'string' || typeof at !== 'number' || typeof by !== 'string') return [];
      if (this.#nameOf(id) !== name) this.#nameById.set(id, name);
      return [{ id, at, by, event }];
    } catch {
      return [];
    }
  }

  #nameOf(id: string): string {
    return `${this.#prefix}${fileNameOf(id)}.json`;
  }
}
