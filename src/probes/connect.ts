import type { Duplex } from 'node:stream';

/** Where a probe wants to go. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** Makes the stream that a probe speaks over, TLS (if any) already done. Without one, probes open sockets of their own. */
export type Connect = (target: Target) => Duplex;

export function targetOf(url: URL): Target {
  const tls = url.protocol === 'https:' || url.protocol === 'wss:';
  return { host: url.hostname, port: Number(url.port) || (tls ? 443 : 80), tls };
}
