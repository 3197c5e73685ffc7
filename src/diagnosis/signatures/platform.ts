import type { Signature } from './signature.ts';

/** That something died, and what callers saw of it: the lines of Cloud Run and of process managers. */
export const PLATFORM: readonly Signature[] = [
  {
    id: 'start-up-failed',
    role: 'death',
    cause: null,
    text: [
      /failed to start and listen on the port defined (?:provided )?by the PORT=?(?<port>\d+)?/,
      /Container failed to become healthy|failed the configured startup probe/,
      /STARTUP \w+ probe failed (?<times>\d+) times? consecutively/i,
      /Application startup failed\b/,
    ],
    says: 'a container that did not come up',
    source: 'gcp-facts 2.6',
  },
  {
    id: 'worker-boot-failed',
    role: 'death',
    cause: null,
    text: [
      /Worker failed to boot/,
      /Worker \(pid:\d+\) (?:exited with code (?<exit>[1-9]\d*)|was sent (?:SIG)?(?<signal>KILL|ABRT|SEGV|BUS|ILL|FPE))/,
      /Exception in worker process/,
    ],
    says: 'a worker process that could not start',
    source: 'gcp-facts 0.5, 12.2 case 1 (pre-fork servers)',
  },
  {
    id: 'container-exit',
    role: 'death',
    cause: null,
    text: [
      /Container called exit\((?<exit>[1-9]\d*)\)/,
      /Container (?:terminated|exited)[^\n]{0,40}(?:code|status) (?<exit>[1-9]\d*)/i,
      /Container terminated on signal (?<signal>\d+)/,
    ],
    says: 'a container that ended with an error code',
    source: 'Cloud Run system log; incident #1278 as logged',
  },
  {
    id: 'malformed-response',
    role: 'consequence',
    cause: null,
    text: [/HTTP response was malformed or connection to the instance had an error/],
    says: 'a request answered 503 because the instance broke off',
    source: 'gcp-facts 2.6',
  },
  {
    id: 'no-available-instance',
    role: 'consequence',
    cause: null,
    text: [/aborted because there was no available instance/],
    says: 'a request turned away because no instance was available',
    source: 'gcp-facts 2.6, 12.2 case 16',
  },
  {
    id: 'request-timeout',
    role: 'consequence',
    cause: null,
    text: [/reached the maximum request timeout/],
    says: 'a request cut off at the request timeout',
    source: 'gcp-facts 2.6',
  },
  {
    id: 'server-error',
    role: 'consequence',
    cause: null,
    text: [],
    statuses: [500, 502, 503, 504],
    says: 'a request answered with a server error',
    source: 'request log status',
  },
];
