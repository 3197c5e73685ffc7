import { Agent, createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that passed, and what it was answered. */
export interface Passed {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly status: number;
}

type Request = Omit<Passed, 'status'>;

/**
 * A gate before the simulator for one controller alone. It changes nothing; it writes down what passes, and can, once, keep
 * requests waiting: they were sent, and have not arrived.
 */
export interface Gate {
  readonly url: string;
  readonly passed: readonly Passed[];
  /** Whatever `is` is kept waiting from now on; resolves when the first of them stands there. */
  keep(is: (request: Request) => boolean): Promise<void>;
  /** Lets in what waits; resolves with what the first was answered, also when its sender does not hear it any more. */
  letIn(): Promise<Passed>;
  close(): void;
}

export async function openGate(to: string): Promise<Gate> {
  const passed: Passed[] = [];
  const agent = new Agent({ keepAlive: true });
  let isKept: (request: Request) => boolean = () => false;
  const standing = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<Passed>();

  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = 'GET', url: path = '/' } = incoming;
    const asked: Request = { method, path, body: await textOf(incoming) };
    const waits = isKept(asked);
    if (waits) {
      standing.resolve();
      await opened.promise;
    }
    const answer = await passOn(to, agent, incoming, asked);
    const told = { ...asked, status: answer.statusCode ?? 0 };
    passed.push(told);
    if (waits) answered.resolve(told);
    await hand(answer, outgoing);
  };
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing).catch(() => outgoing.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    keep(is) {
      isKept = is;
      return standing.promise;
    },
    letIn() {
      isKept = () => false;
      opened.resolve();
      return answered.promise;
    },
    close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

function passOn(to: string, agent: Agent, { headers }: IncomingMessage, { method, path, body }: Request): Promise<IncomingMessage> {
  const { host: _host, ...rest } = headers;
  return new Promise((resolve, reject) => {
    request(`${to}${path}`, { method, headers: rest, agent }, resolve).on('error', reject).end(body);
  });
}

/** With its headers as they came: by the date the controller knows what time it is at Google. */
async function hand(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await textOf(answer);
  const { connection: _ours, 'transfer-encoding': _whole, 'content-length': _counted, ...headers } = answer.headers;
  outgoing.writeHead(answer.statusCode ?? 502, headers);
  outgoing.end(body);
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
