import type { Signature } from './signature.ts';

/** Why an image or its program cannot run, whatever surrounds it. */
export const APPLICATION: readonly Signature[] = [
  {
    id: 'missing-module',
    role: 'reason',
    cause: 'application-crash',
    text: [
      /No module named '?(?<module>[\w.]+)'?/,
      /ImportError: (?:cannot import name '(?<module>[^']+)'|(?<detail>[^\n]{1,120}))/,
      /(?:Error: )?Cannot find (?:module|package) '(?<module>[^'\n]+)'/,
      /\bERR_MODULE_NOT_FOUND\b/,
      /cannot load such file -- (?<module>\S+)/,
      /Bundler::GemNotFound|Could not find gem '(?<module>[^']+)'/,
      /java\.lang\.(?:ClassNotFoundException|NoClassDefFoundError): (?<module>[\w./$]+)/,
      /Could not find or load main class (?<module>\S+)/,
      /Could not load file or assembly '(?<module>[^',]+)/,
      /error while loading shared libraries: (?<module>[^:\s]+)/,
    ],
    says: 'a module or class that the image lacks',
    source: 'gcp-facts 12.2 case 1; import errors of CPython, Node.js, Ruby, the JVM, .NET and the ELF loader',
  },
  {
    id: 'bad-entrypoint',
    role: 'reason',
    cause: 'application-crash',
    text: [
      /exec format error/,
      /(?:exec|starting container process caused)[^\n]{0,80}(?:no such file or directory|executable file not found|permission denied)/,
      /UnsupportedClassVersionError/,
    ],
    says: 'an image whose entry point cannot be executed',
    source: 'exec(2); OCI runtimes',
  },
  {
    id: 'out-of-memory',
    role: 'reason',
    cause: 'application-crash',
    text: [
      /Memory limit of (?<limit>[\d.]+ ?[KMG]i?B) exceeded with (?<used>[\d.]+ ?[KMG]i?B) used/,
      /java\.lang\.OutOfMemoryError/,
      /JavaScript heap out of memory/,
      /\b(?:signal: 9|SIGKILL)\b[^\n]{0,60}out of memory/i,
    ],
    says: 'memory limit exceeded',
    source: 'gcp-facts 2.6, 12.2 case 12',
  },
  {
    id: 'liveness-failed',
    role: 'reason',
    cause: 'application-crash',
    text: [/LIVENESS \w+ probe failed (?<times>\d+) times? consecutively/i],
    says: 'a liveness probe that failed',
    source: 'gcp-facts 2.6, 12.2 case 12',
  },
  {
    id: 'unhandled-crash',
    role: 'reason',
    cause: 'application-crash',
    text: [
      /^panic: (?<detail>[^\n]{1,120})/m,
      /^fatal error: (?<detail>[^\n]{1,120})/m,
      /\bSegmentation fault\b|\bSIGSEGV\b/,
      /Uncaught signal: (?<signal>\d+)/,
      /^(?:SyntaxError|IndentationError): (?<detail>[^\n]{1,120})/m,
      /Exception in thread "main" (?<detail>[^\n]{1,120})/,
    ],
    says: 'a crash of the program itself',
    source: 'Go, CPython, JVM and Cloud Run (Uncaught signal) crash lines',
  },
];
