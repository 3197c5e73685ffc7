/** Bodies of requests and answers are texts here; those of gRPC are bytes, each a character of Latin-1. */
function isGrpc(headers: Readonly<Record<string, string>>): boolean {
  return (headers['content-type'] ?? '').startsWith('application/grpc');
}

export function textOf(bytes: Buffer, headers: Readonly<Record<string, string>>): string {
  return bytes.toString(isGrpc(headers) ? 'latin1' : 'utf8');
}

export function bytesOf(text: string, headers: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(text, isGrpc(headers) ? 'latin1' : 'utf8');
}
