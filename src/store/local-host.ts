import { readFileSync, readlinkSync } from 'node:fs';

/** What a store on this machine must know of it, to tell a dead controller from one that is only slow. */
export interface LocalHost {
  /** The same for all processes that see the same process numbers since the same boot; unlike that of any other machine. */
  readonly id: string;
  readonly pid: number;
  /**
   * Tells one life of a process number from another: null when no such process lives, `unknown` when it lives but cannot be
   * told from a later one of the same number.
   */
  markOf(pid: number): string | null;
  /** It stands still by a signal (SIGSTOP, Ctrl-Z) and can go on at any time. False where the system does not tell. */
  isStopped(pid: number): boolean;
}

export interface HostFacts {
  readonly hostname: string;
  readonly pid: number;
  /** Whether a process of that number exists, also one of somebody else (`EPERM` means yes). */
  readonly exists: (pid: number) => boolean;
}

/**
 * Host names repeat (every Cloud Run instance is `localhost`, with process 1 in it), so the id also holds the boot and the
 * namespace of process numbers, where the system tells them.
 */
export function localHost({ hostname, pid, exists }: HostFacts): LocalHost {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid'));
  const statOf = (asked: number) => attempt(() => readFileSync(`/proc/${asked}/stat`, 'utf8'));
  const markOf = (asked: number) => {
    const stat = statOf(asked);
    if (stat === null) return exists(asked) ? UNKNOWN : null;
    return startOf(stat);
  };
  const isStopped = (asked: number) => 'Tt'.includes(fieldsOf(statOf(asked) ?? '')[0] || '?');
  return { id: [hostname, boot ?? '', namespace ?? ''].join(' '), pid, markOf, isStopped };
}

const UNKNOWN = 'unknown';

/** Whether the process that had `mark` is gone. An unknown mark proves nothing as long as some process has the number. */
export function isGone(host: LocalHost, pid: number, mark: string): boolean {
  const now = host.markOf(pid);
  return now === null || (mark !== UNKNOWN && now !== UNKNOWN && now !== mark);
}

/** Field 22 of /proc/PID/stat. A zombie acts no more: it is gone. */
function startOf(stat: string): string | null {
  const fields = fieldsOf(stat);
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? UNKNOWN);
}

/** Those of /proc/PID/stat from the third on, the state: after the name, which may hold spaces and brackets. */
function fieldsOf(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function attempt(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
