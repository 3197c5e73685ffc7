import type { IncomingMessage } from 'node:http';
import WebSocket from 'ws';
import { SECOND } from '../core/duration.ts';
import { UserError } from '../core/errors.ts';
import { LockstepClock } from './lockstep-clock.ts';
import type { Welcome, Word } from './lockstep-clock.ts';

/** Real time in which a simulator takes a process in. */
const JOINED_WITHIN_MS = 30 * SECOND;

/** The header that carries the stamp of a request. */
export const STAMP = 'x-sim-clock';

/**
 * Joins the clock of the simulator at `url`, under a name by which people know the process. The end of the process takes it out.
 * @throws UserError `clock-refused` (exit code 75) when what is there takes nobody in.
 */
export function joinLockstep(url: string, { name, pid }: { readonly name: string; readonly pid: number }): Promise<LockstepClock> {
  const address = `${url.replace(/^http/, 'ws')}/_sim/clock?name=${encodeURIComponent(name)}&pid=${pid}`;
  const socket = new WebSocket(address, { perMessageDeflate: false, handshakeTimeout: JOINED_WITHIN_MS });
  let wire: IncomingMessage['socket'] | null = null;
  socket.on('upgrade', (response) => (wire = response.socket));
  let clock: LockstepClock | null = null;
  return new Promise((resolve, reject) => {
    socket.on('message', (text) => {
      const word = JSON.parse(String(text)) as Welcome | Word;
      if (clock !== null) return clock.hear(word as Word);
      const line = {
        send: (said: string) => socket.send(said),
        keepAlive: (yes: boolean) => void (yes ? wire?.ref() : wire?.unref()),
        close: () => socket.terminate(),
      };
      clock = new LockstepClock(word as Welcome, line, pid);
      resolve(clock);
    });
    socket.on('error', (cause) => reject(refused(url, cause)));
    socket.on('close', () => clock?.lose(lost(url)));
  });
}

function refused(url: string, cause: unknown): UserError {
  const message = `the clock at ${url} stands still, and takes nobody in: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new UserError('clock-refused', message, 'give the address that `firebreak simulate` printed, or leave out --clock', {
    cause,
    exitCode: 75,
  });
}

function lost(url: string): UserError {
  return new UserError(
    'clock-lost',
    `the simulator at ${url}, whose time is followed, has gone away`,
    'start `firebreak simulate` there again',
    { exitCode: 75 },
  );
}
