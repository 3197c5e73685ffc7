import { localHost } from '../../../src/store/local-host.ts';
import type { LocalHost } from '../../../src/store/local-host.ts';

/** The machine and process that runs the test. */
export function thisHost(): LocalHost {
  return localHost({ hostname: 'here', pid: process.pid, exists });
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
