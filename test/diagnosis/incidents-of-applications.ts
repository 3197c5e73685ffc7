import { BROKEN_OFF, err, plain } from './synthetic-lines.ts';
import type { Incident } from './synthetic-lines.ts';

/** Images and programs that cannot run, in many languages; the line before a death names the reason. */
export const OF_APPLICATIONS: readonly Incident[] = [
  {
    what: 'Node.js: Cannot find module',
    cause: 'application-crash',
    names: './lib/pricing',
    lines: [
      plain(
        "Error: Cannot find module './lib/pricing'\nRequire stack:\n- /srv/index.js\n    at Module._resolveFilename (node:internal/modules/cjs/loader:1134:15) {\n  code: 'MODULE_NOT_FOUND'\n}",
      ),
    ],
    exit: 1,
  },
  {
    what: 'Node.js: ERR_MODULE_NOT_FOUND in a structured line of pino',
    cause: 'application-crash',
    names: 'undici',
    lines: [
      {
        json: {
          level: 60,
          err: { type: 'Error', code: 'ERR_MODULE_NOT_FOUND', message: "Cannot find package 'undici' imported from /srv/main.mjs" },
        },
      },
    ],
    exit: 1,
  },
  {
    what: 'Java: ClassNotFoundException',
    cause: 'application-crash',
    names: 'com.acme.orders.Application',
    lines: [
      plain(
        'Error: Could not find or load main class com.acme.orders.Application\nCaused by: java.lang.ClassNotFoundException: com.acme.orders.Application',
      ),
    ],
    exit: 1,
  },
  {
    what: 'Java: OutOfMemoryError',
    cause: 'application-crash',
    names: 'memory',
    lines: [
      err('java.lang.OutOfMemoryError: Java heap space\n\tat java.base/java.util.Arrays.copyOf(Arrays.java:3537)'),
      err('Terminating due to java.lang.OutOfMemoryError: Java heap space'),
    ],
    exit: 3,
    requests: [BROKEN_OFF],
  },
  {
    what: 'the platform: memory limit',
    cause: 'application-crash',
    names: '1024 MiB',
    lines: [
      {
        text: 'Memory limit of 1024 MiB exceeded with 1071 MiB used. Consider increasing the memory limit, see https://cloud.google.com/run/docs/configuring/memory-limits',
        severity: 'ERROR',
        log: 'varlog%2Fsystem',
      },
    ],
    requests: [BROKEN_OFF, { status: 200, count: 3 }],
  },
  {
    what: 'Go: write to a nil map',
    cause: 'application-crash',
    names: 'nil map',
    lines: [plain('panic: assignment to entry in nil map\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:31 +0x1d')],
    exit: 2,
  },
  {
    what: 'Go: a panic that quotes a refused database connection is not the program’s own fault',
    cause: 'configuration',
    names: '10.20.0.5:5432',
    lines: [plain('panic: ping: dial tcp 10.20.0.5:5432: connect: connection refused\n\ngoroutine 1 [running]:\nmain.main()')],
    exit: 2,
  },
  {
    what: 'Ruby: LoadError',
    cause: 'application-crash',
    names: 'nokogiri',
    lines: [
      plain(
        "/usr/local/lib/ruby/3.2.0/bundled_gems.rb:74:in `require': cannot load such file -- nokogiri (LoadError)\n\tfrom config/application.rb:3:in `<top (required)>'",
      ),
    ],
    exit: 1,
  },
  {
    what: '.NET: an assembly that is not there',
    cause: 'application-crash',
    names: 'Acme.Billing',
    lines: [
      plain(
        "Unhandled exception. System.IO.FileNotFoundException: Could not load file or assembly 'Acme.Billing, Version=2.1.0.0, Culture=neutral'. The system cannot find the file specified.",
      ),
    ],
    exit: 134,
  },
  {
    what: 'PHP: a class that is not there',
    cause: 'application-crash',
    names: 'App\\Kernel',
    lines: [
      plain(
        'PHP Fatal error:  Uncaught Error: Class "App\\Kernel" not found in /var/www/public/index.php:9\nStack trace:\n#0 {main}\n  thrown in /var/www/public/index.php on line 9',
      ),
    ],
    exit: 255,
  },
  {
    what: 'Rust: a panic',
    cause: 'application-crash',
    names: 'src/main.rs:17',
    lines: [plain("thread 'main' panicked at src/main.rs:17:29:\ncalled `Option::unwrap()` on a `None` value")],
    exit: 101,
  },
  {
    what: 'Python: an exception of its own that nothing catches',
    cause: 'application-crash',
    names: 'ValueError',
    lines: [
      err(
        'Traceback (most recent call last):\n  File "/app/main.py", line 12, in <module>\n    rates = parse(RATES)\nValueError: unknown currency: XTS',
      ),
    ],
    exit: 1,
  },
  {
    what: 'the platform: liveness probe',
    cause: 'application-crash',
    names: 'liveness',
    lines: [
      {
        text: 'LIVENESS HTTP probe failed 3 times consecutively for container "app-1" on port 8080 path "/live". The instance has been shut down.',
        severity: 'ERROR',
        log: 'varlog%2Fsystem',
      },
    ],
    requests: [BROKEN_OFF],
  },
  {
    what: 'Gunicorn: worker timeout',
    cause: 'application-crash',
    names: 'worker',
    lines: [
      plain('[2026-02-11 07:00:31 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:31)'),
      plain('[2026-02-11 07:00:32 +0000] [1] [ERROR] Worker (pid:31) was sent SIGKILL! Perhaps out of memory?'),
    ],
    requests: [BROKEN_OFF],
  },
];
