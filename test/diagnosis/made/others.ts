import type { Made } from './generator.ts';

const EXIT = { text: 'Container called exit(1).', severity: 'WARNING', log: 'varlog%2Fsystem' } as const;

/** Programs, callees and names. */
export const OTHERS: readonly Made[] = [
  {
    name: 'api-not-enabled',
    source: 'https://github.com/GoogleCloudPlatform/emblem/issues/757',
    truth: 'an API of Google’s is not enabled in the project',
    accept: ['configuration'],
    must: [/has not been used in project/],
    passing: 30,
    failing: [
      {
        count: 22,
        status: 500,
        lines: [
          {
            text: 'googleapi: Error 403: Cloud Run Admin API has not been used in project 157900000063 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/run.googleapis.com/overview?project=157900000063 then retry.',
            severity: 'ERROR',
          },
        ],
      },
    ],
  },
  {
    name: 'callee-quota',
    source: 'https://github.com/NVIDIA-NeMo/Guardrails/issues/371',
    truth: 'the credit at another company’s API is used up',
    accept: ['quota-or-regional-shortage', 'configuration', 'unknown'],
    must: [/insufficient_quota/],
    mustNot: [/Google refuses/],
    passing: 80,
    failing: [
      {
        count: 30,
        status: 500,
        lines: [
          {
            text: "openai.RateLimitError: Error code: 429 - {'error': {'message': 'You exceeded your current quota, please check your plan and billing details.', 'type': 'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}",
          },
        ],
      },
    ],
  },
  {
    name: 'nat-ports',
    source: 'https://github.com/fastly/terraform-provider-fastly/issues/484',
    truth: 'the NAT has no ports left under load: some connections to the outside get no answer',
    accept: ['configuration', 'quota-or-regional-shortage', 'unknown'],
    must: [/199\.232\.78\.35/],
    mustNot: [/connector is saturated|database (?:that|did)/],
    passing: 160,
    failing: [
      {
        count: 18,
        status: 502,
        latency: 10,
        lines: [{ text: 'Get "https://api.fastly.com/service/1/details": dial tcp 199.232.78.35:443: i/o timeout', severity: 'ERROR' }],
      },
    ],
  },
  {
    name: 'name-not-resolved',
    source: 'https://github.com/ahmetb/runsd/issues/19',
    truth: 'the resolver in the container is broken',
    accept: ['name-resolution'],
    must: [/EAI_AGAIN/],
    passing: 20,
    failing: [
      {
        count: 25,
        status: 500,
        lines: [
          {
            text: 'FetchError: request to https://platform.acme.example/v1/users failed, reason: getaddrinfo EAI_AGAIN platform.acme.example',
          },
        ],
      },
    ],
  },
  {
    name: 'upstream-reset',
    source: 'https://github.com/GoogleCloudPlatform/esp-v2/issues/423',
    truth: 'the gateway tries addresses that have no way out through the network',
    accept: ['configuration', 'unknown'],
    must: [/upstream connect error/],
    passing: 0,
    failing: [
      {
        count: 25,
        status: 503,
        lines: [{ text: 'upstream connect error or disconnect/reset before headers. reset reason: connection failure' }],
      },
    ],
  },
  {
    name: 'import-of-removed-name',
    source: 'https://github.com/GoogleCloudPlatform/generative-ai/issues/198',
    truth: 'a pinned dependency no longer has what is imported',
    accept: ['application-crash'],
    must: [/url_quote/],
    mustNot: [/without saying why/],
    passing: 0,
    failing: [],
    dying: {
      count: 5,
      lines: [
        { text: '[2026-05-12 09:00:31 +0000] [2] [ERROR] Exception in worker process' },
        {
          text: 'Traceback (most recent call last):\n  File "/usr/local/lib/python3.11/site-packages/gunicorn/arbiter.py", line 609, in spawn_worker\n    worker.init_process()\n  File "/app/main.py", line 3, in <module>\n    from flask import Flask\nImportError: cannot import name \'url_quote\' from \'werkzeug.urls\' (/usr/local/lib/python3.11/site-packages/werkzeug/urls.py)',
        },
        { text: '[2026-05-12 09:00:31 +0000] [1] [ERROR] Worker (pid:2) exited with code 3' },
      ],
      platform: { text: 'Container called exit(3).', severity: 'WARNING', log: 'varlog%2Fsystem' },
    },
  },
  {
    name: 'callee-key-expired',
    source: 'https://github.com/aniskoubaa/rosgpt/issues/12',
    truth: 'no key for another company’s API is configured',
    accept: ['configuration'],
    must: [/No API key provided/],
    passing: 50,
    failing: [
      {
        count: 28,
        status: 500,
        lines: [
          {
            text: "openai.error.AuthenticationError: No API key provided. You can set your API key in code using 'openai.api_key = <API-KEY>', or you can set the environment variable OPENAI_API_KEY=<API-KEY>).",
          },
        ],
      },
    ],
  },
  {
    name: 'own-bug',
    source: 'https://github.com/go-sql-driver/mysql/issues/674',
    truth: 'the program dereferences a nil pointer in one handler',
    accept: ['application-crash', 'unknown'],
    must: [/nil pointer dereference/],
    passing: 140,
    failing: [
      {
        count: 26,
        status: 500,
        lines: [
          {
            text: '2026/05/12 09:02:11 http: panic serving 169.254.1.1:39727: runtime error: invalid memory address or nil pointer dereference\ngoroutine 25 [running]:\nnet/http.(*conn).serve.func1(0x1a83a2a0)',
          },
        ],
      },
    ],
  },
  {
    name: 'setting-missing',
    source: 'https://github.com/F3-Nation/f3-nation/issues/376',
    truth: 'DATABASE_URL is not set in the new revision',
    accept: ['configuration'],
    must: [/DATABASE_URL/],
    passing: 70,
    newRevision: true,
    dying: {
      count: 4,
      lines: [{ text: 'Error: DATABASE_URL is not defined\n    at getDb (/app/packages/db/dist/functions.js:31:11)' }],
      platform: EXIT,
    },
  },
  {
    name: 'one-stray-timeout',
    source: 'https://github.com/redis/ioredis/issues/1355',
    truth: 'a template that does not exist fails 40 requests; one line about the cache stands beside none of them',
    accept: ['unknown', 'application-crash'],
    must: [/invoice\.html/],
    mustNot: [/Why do they fail\? (?:connections|the connector)/],
    passing: 120,
    failing: [{ count: 40, status: 500, lines: [{ text: 'jinja2.exceptions.TemplateNotFound: invoice.html', severity: 'ERROR' }] }],
    noise: [{ count: 1, text: '[ioredis] connect ETIMEDOUT 10.1.2.3:6379, retrying', severity: 'WARNING' }],
  },
];

const HEALTHY: readonly Omit<Made, 'passing' | 'truth'>[] = [
  {
    name: 'npm-at-sigterm',
    source: 'https://github.com/GoogleCloudPlatform/functions-framework-nodejs/issues/704',
    noise: [
      { count: 5, text: 'npm error signal SIGTERM' },
      { count: 5, text: 'npm error command failed' },
    ],
  },
  {
    name: 'redis-idle-reset',
    source: 'https://github.com/redis/node-redis/issues/713',
    noise: [{ count: 6, text: '[ioredis] Unhandled error event: Error: read ECONNRESET' }],
  },
  {
    name: 'mysql-idle-closed',
    source: 'https://github.com/go-sql-driver/mysql/issues/1120',
    noise: [
      { count: 9, text: '[mysql] 2026/05/12 09:13:51 packets.go:122: closing bad idle connection: EOF' },
      { count: 9, text: '[mysql] 2026/05/12 09:13:51 connection.go:158: driver: bad connection' },
    ],
  },
  {
    name: 'hikari-validates',
    source: 'https://github.com/FusionAuth/fusionauth-issues/issues/1980',
    noise: [
      {
        count: 12,
        text: '2026-05-12 07:37:51.956 AM WARN com.zaxxer.hikari.pool.PoolBase - HikariPool-1 - Failed to validate connection org.postgresql.jdbc.PgConnection@52fde4dc (This connection has been closed.). Possibly consider using a shorter maxLifetime value.',
      },
      {
        count: 20,
        text: 'Container Sandbox: Unsupported syscall UNKNOWN[435/0x1b3](0x3e1e73efdc30,0x58). It is very likely that you can safely ignore this message and that this is not the cause of any error you might be troubleshooting.',
        severity: 'WARNING',
        log: 'varlog%2Fsystem',
      },
    ],
  },
  {
    name: 'stopped-by-signal',
    source: 'https://github.com/taskcluster/taskcluster/issues/6716',
    noise: [
      { count: 3, text: 'Uncaught signal: 15, pid=1, tid=1, fault_addr=0.', severity: 'ERROR', log: 'varlog%2Fsystem' },
      { count: 3, text: 'Shutting down user disabled instance', severity: 'INFO', log: 'varlog%2Fsystem' },
    ],
  },
  {
    name: 'error-words-at-info',
    source: 'https://github.com/GoogleCloudPlatform/docker-clamav-malware-scanner/issues/48',
    noise: [
      {
        count: 30,
        json: { severity: 'INFO', message: 'checked error-report-connection-refused.pdf: 0 errors, 0 failed' },
        severity: 'INFO',
      },
      { count: 2, text: 'retry policy: at most 5, on ECONNREFUSED, ETIMEDOUT' },
    ],
  },
  {
    name: 'task-retried',
    source: 'https://github.com/googleapis/repo-automation-bots/issues/4039',
    failing: [{ count: 1, status: 500, turnedAway: true, text: 'The request was aborted because there was no available instance.' }],
  },
  {
    name: 'telemetry-lost',
    source: 'https://github.com/GoogleChrome/webstatus.dev/issues/269',
    noise: [
      {
        count: 15,
        text: 'failed to upload metrics: context deadline exceeded: rpc error: code = Unavailable desc = connection error: dial tcp 127.0.0.1:4317: connect: connection refused',
        severity: 'ERROR',
      },
    ],
  },
  {
    name: 'retried-and-well',
    source: 'https://github.com/GoogleCloudPlatform/cloud-sql-python-connector/issues/764',
    noise: [{ count: 4, text: 'WARNING: refresh of acme-prod:europe-west1:main-db timed out, retrying', severity: 'WARNING' }],
  },
  {
    name: 'scanned-from-outside',
    source: 'https://github.com/ahmetb/cloud-run-faq/issues/140',
    noise: [
      {
        count: 25,
        text: '203.0.113.9 - - [12/May/2026:09:02:11 +0000] "GET /?q=connection+refused+ModuleNotFoundError:+No+module+named+x HTTP/1.1" 404 153 "-" "curl"',
      },
    ],
  },
];

/** Nothing is wrong with any of these, whatever they say. */
export const WELL: readonly Made[] = HEALTHY.map((made) => ({ ...made, passing: 400, truth: 'nothing is wrong' }));
