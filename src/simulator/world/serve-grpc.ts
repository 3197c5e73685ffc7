import type { RequestOutcome } from './requests.ts';

/** gRPC health v1 (grpc/grpc-proto, grpc/health/v1/health.proto); frames as in grpc/grpc, doc/PROTOCOL-HTTP2.md. */
export const CHECK_PATH = '/grpc.health.v1.Health/Check';

const SERVING = 1;
const NOT_SERVING = 2;
const OK = 0;
const NOT_FOUND = 5;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;

export interface GrpcReply {
  readonly grpcStatus: number;
  /** Bytes, each a character of Latin-1. */
  readonly body: string;
}

/**
 * What a gRPC server says to a request that reached one of its instances: alive without what it needs it is not serving. `known`: the
 * names under which it tells its health.
 */
export function grpcReply(
  path: string,
  body: string,
  { fate, known }: { readonly fate: RequestOutcome; readonly known: readonly string[] },
): GrpcReply {
  if (path !== CHECK_PATH) return ended(UNIMPLEMENTED);
  if (fate === 'erring') return ended(INTERNAL);
  if (!known.includes(serviceIn(body))) return ended(NOT_FOUND);
  return { grpcStatus: OK, body: framed([0x08, fate === 'wedged' || fate === 'failing' ? NOT_SERVING : SERVING]) };
}

function ended(grpcStatus: number): GrpcReply {
  return { grpcStatus, body: '' };
}

/** Field 1 of the request; names here are shorter than 128 bytes. */
function serviceIn(body: string): string {
  const message = Buffer.from(body, 'latin1').subarray(5);
  return message[0] === 0x0a ? message.subarray(2, 2 + (message[1] ?? 0)).toString('utf8') : '';
}

function framed(message: readonly number[]): string {
  return Buffer.from([0, 0, 0, 0, message.length, ...message]).toString('latin1');
}
