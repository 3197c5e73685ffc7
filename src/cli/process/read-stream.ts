import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';

/** Large enough that the disk is no bottleneck, small enough that memory does not notice. */
const CHUNK = 262_144;

/** The bytes of a file, or of standard input for `-`, a chunk at a time. Throws `UserError` for a file that cannot be read. */
export async function* readStream(file: string, cwd: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const stream: AsyncIterable<unknown> =
    file === '-' ? process.stdin : createReadStream(resolve(cwd, file), { highWaterMark: CHUNK, signal });
  try {
    for await (const chunk of stream) {
      signal.throwIfAborted();
      yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    }
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw asUserError(thrown, file);
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
};

function asUserError(thrown: unknown, file: string): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const words = WORDS[code];
  if (words === undefined) return thrown;
  return new UserError('capture-unreadable', `${file}: ${words}`, 'give the file that `gcloud logging read FILTER --format=json` wrote', {
    cause: thrown,
  });
}
