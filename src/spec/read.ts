import { UserError } from '../core/errors.ts';

export type ReadBytes = (path: string) => Promise<Uint8Array>;

/** What a file holds, how it is named on the command line, and what it is mostly called. */
export interface FileOption {
  readonly what: string;
  readonly option: string;
  readonly usually: string;
}

const DOCUMENT: FileOption = { what: 'document', option: '-f', usually: 'remediation.yaml' };

/** The text of a document file. Throws `UserError` when it is missing, a directory, not readable or not UTF-8. */
export async function readText(path: string, read: ReadBytes, named: FileOption = DOCUMENT): Promise<string> {
  const bytes = await readBytes(path, read, named);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UserError('spec-not-utf8', `${path}: not UTF-8 text`, 'save the file as UTF-8', { cause: error });
  }
}

async function readBytes(path: string, read: ReadBytes, { what, option, usually }: FileOption): Promise<Uint8Array> {
  try {
    return await read(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new UserError('file-missing', `${path}: there is no such file`, `name the ${what} with ${option} FILE`, { cause: error });
    if (code === 'EISDIR')
      throw new UserError(
        'file-is-directory',
        `${path}: this is a directory; a ${what} file was expected`,
        `name the file in it, such as ${path.replace(/\/$/, '')}/${usually}`,
        { cause: error },
      );
    if (code === 'EACCES' || code === 'EPERM')
      throw new UserError('file-not-readable', `${path}: not readable by this user`, 'change its permissions', { cause: error });
    throw error;
  }
}
