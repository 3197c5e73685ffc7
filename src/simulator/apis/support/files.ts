import { invalid } from '../../surface/api-error.ts';
import type { Call } from '../../surface/router.ts';
import { timestamp, type Fields } from '../../surface/wire.ts';
import type { CaseFile } from './model.ts';

/** An upload in the simple form that Google documents: the bytes are the body, the name is in the query (gcp-facts 7). */
export function readFile({ query, raw, now }: Call): Pick<CaseFile, 'filename' | 'mimeType' | 'text' | 'createdAt'> {
  const filename = query.get('attachment.filename') ?? '';
  if (filename === '') throw invalid('The attachment must have a filename.', 'attachment.filename');
  const type = query.get('uploadType');
  if (type !== undefined && type !== 'media')
    throw invalid(`Invalid upload request: the simulator does not know uploadType=${type}.`, 'uploadType');
  return { filename, mimeType: raw.contentType.split(';')[0] ?? 'application/octet-stream', text: raw.text, createdAt: now };
}

export function renderFile(path: string, { id, filename, mimeType, text, createdAt, by }: CaseFile): Fields {
  const sizeBytes = String(Buffer.byteLength(text));
  return { name: `${path}/attachments/${id}`, createTime: timestamp(createdAt), creator: by, filename, mimeType, sizeBytes };
}
