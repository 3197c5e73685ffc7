import { UserError } from '../../core/errors.ts';

/** Throws where the first bytes show another format. */
export function refuseOtherFormats(name: string, chunk: Buffer): void {
  if (chunk[0] === 0x1f && chunk[1] === 0x8b)
    throw noCapture(name, 'byte 0: it is compressed (gzip)', 'unpack it: `gunzip -c FILE | firebreak diagnose --logs -`');
  if (chunk[0] === 0xff && chunk[1] === 0xfe)
    throw noCapture(name, 'byte 0: it is UTF-16', 'write it as UTF-8: in PowerShell `… | Out-File -Encoding utf8 FILE`');
  if (chunk.subarray(0, 4).toString('latin1') === '---\n') throw noCapture(name, 'byte 0: it is YAML', undefined);
}

/** What is wrong with a file that is no capture, and how to get one. */
export function noCapture(name: string, what: string, fix = 'export it with `gcloud logging read FILTER --format=json > FILE`'): UserError {
  return new UserError('no-capture', `${name} is no capture of Cloud Logging: ${what}`, fix);
}

/** What was found of a file in which not one log entry is. */
interface Found {
  readonly bytes: number;
  readonly foreign: number;
  readonly broken: readonly { readonly offset: number; readonly why: string }[];
  readonly truncatedAt: number | null;
}

/** Why not one log entry was read. */
export function emptyCapture(name: string, { bytes, foreign, broken: [first], truncatedAt }: Found): UserError {
  if (bytes === 0) return noCapture(name, 'it is empty');
  if (foreign > 0) return noCapture(name, `byte 0: ${foreign} JSON objects, and none is a log entry`);
  if (first !== undefined) return noCapture(name, `byte ${first.offset}: ${first.why}`);
  if (truncatedAt !== null) return noCapture(name, `byte ${truncatedAt}: it ends before the first entry does`);
  return noCapture(name, 'there is no entry in it');
}
