/**
 * The two messages of grpc.health.v1 as bytes, and the frame around a gRPC message: a byte that says whether it is compressed, and
 * four of its length. Source: grpc/grpc, doc/PROTOCOL-HTTP2.md; grpc/grpc-proto, grpc/health/v1/health.proto.
 */

export const CHECK_PATH = '/grpc.health.v1.Health/Check';

const FRAME_BYTES = 5;
const SERVING = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** `HealthCheckRequest { service }` in its frame. */
export function checkRequest(service: string): Buffer {
  const name = Buffer.from(service, 'utf8');
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a]), varint(name.length), name]);
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.writeUInt32BE(message.length, 1);
  return Buffer.concat([frame, message]);
}

/** The status of a framed `HealthCheckResponse` in its own word; null: it is none. Fields that are not known are passed over. */
export function servingStatus(body: Buffer): string | null {
  if (body.length < FRAME_BYTES || body[0] !== 0) return null;
  const message = body.subarray(FRAME_BYTES, FRAME_BYTES + body.readUInt32BE(1));
  let status = 0;
  for (let at = 0; at < message.length;) {
    const key = readVarint(message, at);
    if (key === null) return null;
    const field = readField(message, key.next, key.value & 7);
    if (field === null) return null;
    if (key.value === 8) status = field.value;
    at = field.next;
  }
  return SERVING[status] ?? null;
}

interface Read {
  readonly value: number;
  readonly next: number;
}

function readField(message: Buffer, at: number, wireType: number): Read | null {
  if (wireType === 0) return readVarint(message, at);
  if (wireType === 1) return { value: 0, next: at + 8 };
  if (wireType === 5) return { value: 0, next: at + 4 };
  const length = wireType === 2 ? readVarint(message, at) : null;
  return length === null ? null : { value: 0, next: length.next + length.value };
}

/** At most five bytes: no number of these messages is larger. */
function readVarint(message: Buffer, at: number): Read | null {
  let value = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = message[at + index];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  return null;
}

function varint(value: number): Buffer {
  return value < 0x80 ? Buffer.from([value]) : Buffer.from([(value & 0x7f) | 0x80, value >> 7]);
}
