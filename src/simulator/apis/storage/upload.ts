import { defined } from '../../../core/defined.ts';
import { invalid } from '../../surface/api-error.ts';
import type { Call } from '../../surface/router.ts';
import { asString, isFields, parseBody, type Fields } from '../../surface/wire.ts';
import type { NewObject } from './bucket-objects.ts';

const PLAIN = 'application/octet-stream';
/** Google's own limit of a name, in bytes of UTF-8. */
const LONGEST_NAME = 1_024;

/** What an upload asks for: `uploadType=media` is the bytes alone, `multipart` a resource followed by the bytes. */
export function readUpload({ params, query, raw }: Call): NewObject {
  const type = query.get('uploadType');
  const bucket = defined(params['bucket']);
  if (type === 'media') return checked({ ...described({}, query.get('name'), raw.contentType), bucket, text: raw.text });
  if (type !== 'multipart') throw invalid(`Invalid upload request: the simulator does not know uploadType=${type ?? ''}.`, 'uploadType');
  const [resource, media] = parts(raw);
  const fields = parseBody(resource.text);
  return checked({ ...described(fields, query.get('name'), media.contentType), bucket, text: media.text });
}

function described(resource: Fields, name: string | undefined, contentType: string): Omit<NewObject, 'bucket' | 'text'> {
  return {
    name: name ?? asString(resource['name'], 'name') ?? '',
    contentType: asString(resource['contentType'], 'contentType') ?? (contentType === '' ? PLAIN : contentType),
    cacheControl: asString(resource['cacheControl'], 'cacheControl'),
    metadata: readMetadata(resource['metadata']),
  };
}

/** Custom metadata: names and texts. */
export function readMetadata(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isFields(value)) throw invalid('Invalid value for: metadata is not a map.', 'metadata');
  return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (each === null ? [] : [[key, String(each)]])));
}

function checked(upload: NewObject): NewObject {
  const { name } = upload;
  if (name === '') throw invalid('Required', 'name');
  const isLegal = Buffer.byteLength(name) <= LONGEST_NAME && !/[\r\n]/.test(name) && name !== '.' && name !== '..';
  if (!isLegal) throw invalid(`Invalid object name: '${name}'`, 'name');
  return upload;
}

interface Part {
  readonly contentType: string;
  readonly text: string;
}

/** The two parts of a `multipart/related` body. */
function parts({ contentType, text }: Part): readonly [Part, Part] {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/.exec(contentType);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined) throw invalid('Missing end boundary in multipart body.');
  const pieces = `\r\n${text.replace(/^\r\n/, '')}`.split(`\r\n--${mark}`);
  const [, first, second, end] = pieces;
  if (first === undefined || second === undefined || end === undefined || !end.startsWith('--'))
    throw invalid('Missing end boundary in multipart body.');
  return [part(first), part(second)];
}

function part(piece: string): Part {
  const [head, text] = splitOnce(piece.replace(/^[ \t]*\r\n/, ''), '\r\n\r\n');
  const contentType = /^content-type:[ \t]*(.*)$/im.exec(head)?.[1]?.trim() ?? '';
  return { contentType, text };
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
