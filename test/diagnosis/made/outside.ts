import type { Made, Said } from './generator.ts';

const dropped = (ip: string): Said => ({
  json: { allocation_status: 'DROPPED', connection: { dest_ip: ip, dest_port: 443, protocol: 6, nat_ip: '203.0.113.9' } },
  severity: 'INFO',
  log: 'nat_flows',
});

/** What lies outside: APIs of others that answer badly, and a way out whose ports run out. */
export const OUTSIDE: readonly Made[] = [
  {
    name: 'payment-api-down',
    source: 'https://github.com/stripe/stripe-python/issues/957',
    truth: 'the payment API answers 503; few users call it',
    accept: ['configuration'],
    must: [/api\.payments\.example/, /only who runs it/],
    mustNot: [/connector is|open a case/],
    passing: 14,
    failing: [
      {
        count: 5,
        status: 500,
        lines: [
          { text: 'requests.exceptions.HTTPError: 503 Server Error: Service Unavailable for url: https://api.payments.example/v1/charges' },
        ],
      },
    ],
  },
  {
    name: 'model-api-502',
    source: 'https://github.com/openai/openai-node/issues/345',
    truth: 'the model API answers 502',
    accept: ['configuration'],
    must: [/models\.vendor\.example/],
    passing: 60,
    failing: [
      {
        count: 22,
        status: 502,
        lines: [
          {
            text: 'AxiosError: Request failed with status code 502 (POST https://models.vendor.example/v1/chat)\n    at settle (/app/node_modules/axios/lib/core/settle.js:19:12)',
            severity: 'ERROR',
          },
        ],
      },
    ],
  },
  {
    name: 'sdk-names-no-address',
    source: 'https://github.com/openai/openai-python/issues/1195',
    truth: 'a model API is down; its SDK names no address',
    accept: ['configuration'],
    must: [/vendorai/],
    passing: 30,
    failing: [
      {
        count: 12,
        status: 500,
        lines: [
          { text: "vendorai.InternalServerError: Error code: 503 - {'error': {'message': 'The server is overloaded'}}", severity: 'ERROR' },
        ],
      },
    ],
  },
  {
    name: 'nat-flows-dropped',
    source: 'https://cloud.google.com/nat/docs/monitoring',
    truth: 'Cloud NAT has no port left for new connections to two public APIs',
    accept: ['configuration'],
    must: [/Cloud NAT drops packets/, /more ports/],
    mustNot: [/lines show lost packets/],
    passing: 60,
    failing: [
      {
        count: 24,
        status: 500,
        latency: 10,
        lines: [
          { text: 'ConnectTimeoutError: Connection to api.partner.example timed out. (connect timeout=10)' },
          dropped('198.51.100.20'),
        ],
      },
    ],
  },
  {
    name: 'nat-out-of-resources',
    source: 'https://cloud.google.com/nat/docs/troubleshooting',
    truth: 'ports of Cloud NAT are exhausted; clients only say ETIMEDOUT',
    accept: ['configuration'],
    must: [/Cloud NAT drops packets/],
    mustNot: [/lines show lost packets/],
    passing: 40,
    failing: [
      { count: 18, status: 504, latency: 30, lines: [{ text: 'Error: connect ETIMEDOUT\n    at internalConnect (node:net:1090:16)' }] },
    ],
    noise: [
      {
        count: 4,
        text: 'alert: router.googleapis.com/nat/dropped_sent_packets_count reason=OUT_OF_RESOURCES gateway=main-nat value=5120',
        severity: 'WARNING',
        log: 'stdout',
      },
    ],
  },
  {
    name: 'public-hosts-only',
    source: 'https://github.com/axios/axios/issues/5026',
    truth: 'connect time-outs to public hosts alone: the way out, or they',
    accept: ['configuration'],
    must: [/way out/],
    mustNot: [/lines show lost packets/],
    passing: 50,
    failing: [
      { count: 10, status: 500, latency: 10, lines: [{ text: 'dial tcp 198.51.100.20:443: i/o timeout' }] },
      { count: 10, status: 500, latency: 10, lines: [{ text: 'Error: connect ETIMEDOUT hooks.partner.example:443' }] },
    ],
  },
];

const retry = (host: string, attempt: number): Said => ({
  text: `WARNING urllib3.connectionpool: Retrying (Retry(total=${attempt})) after connection broken by 'ConnectTimeoutError(connect timeout=5)': /v1/${host}`,
  severity: 'WARNING',
});

/** One cause has few lines, each beside a failure; another is mentioned all the time, beside none. */
export const BESIDE_MANY: readonly Made[] = [
  {
    name: 'null-pointer-beside-retries',
    source: 'https://github.com/spring-projects/spring-boot/issues/13603',
    truth: 'a relation is missing; many retries succeed',
    accept: ['application-crash', 'configuration'],
    must: [/relation "carts"/],
    passing: 200,
    failing: [{ count: 6, status: 500, lines: [{ text: 'ERROR: pq: relation "carts" does not exist', severity: 'ERROR' }] }],
    noise: [{ count: 900, ...retry('search', 2) }],
  },
  {
    name: 'refused-beside-pool-warnings',
    source: 'https://github.com/brettwooldridge/HikariCP/issues/1111',
    truth: 'a cache refuses connections; the pool warns all the time',
    accept: ['configuration'],
    must: [/10\.9\.0\.3/],
    passing: 150,
    failing: [
      {
        count: 5,
        status: 503,
        lines: [{ text: 'redis.exceptions.ConnectionError: Error 111 connecting to 10.9.0.3:6379. Connection refused.' }],
      },
    ],
    noise: [
      {
        count: 600,
        text: 'HikariPool-1 - Connection is not available, request timed out after 10ms (total=10, active=10, idle=0, waiting=1); retried',
        severity: 'WARNING',
      },
    ],
  },
  {
    name: 'unknown-words-beside-health-chatter',
    source: 'https://github.com/benoitc/gunicorn/issues/1801',
    truth: 'a words list of the program’s own that no table knows; health chatter mentions a database that did not answer',
    accept: ['unknown', 'configuration', 'application-crash'],
    must: [/ledger is frozen/],
    passing: 150,
    failing: [{ count: 7, status: 500, lines: [{ text: 'fatal: ledger is frozen, posting rejected', severity: 'ERROR' }] }],
    noise: [{ count: 700, text: 'health: database connection timed out after 2 s, second try ok', severity: 'WARNING' }],
  },
  {
    name: 'certificate-beside-name-warnings',
    source: 'https://github.com/nodejs/undici/issues/1531',
    truth: 'a certificate has expired; a resolver warns all the time and goes on',
    accept: ['certificate-or-routing'],
    must: [/certificate has expired|CERT_HAS_EXPIRED/],
    passing: 120,
    failing: [
      {
        count: 4,
        status: 502,
        lines: [
          {
            text: 'Error: certificate has expired\n    at TLSSocket.onConnectSecure (node:_tls_wrap:1550:34) { code: "CERT_HAS_EXPIRED" }',
          },
        ],
      },
    ],
    noise: [{ count: 800, text: 'warn: getaddrinfo EAI_AGAIN cache.internal, served from memory', severity: 'WARNING' }],
  },
  {
    name: 'module-beside-timeouts-of-others',
    source: 'https://github.com/pypa/pip/issues/9741',
    truth: 'a lazily imported module is missing; time-outs to a private host are retried well',
    accept: ['application-crash'],
    must: [/reportlab/],
    passing: 180,
    failing: [
      {
        count: 5,
        status: 500,
        lines: [
          {
            text: 'Traceback (most recent call last):\n  File "/app/pdf.py", line 3, in render\nModuleNotFoundError: No module named \'reportlab\'',
            severity: 'ERROR',
          },
        ],
      },
    ],
    noise: [
      { count: 1_000, text: 'redis retry: Error 110 connecting to 10.9.0.3:6379. Connection timed out. reconnected', severity: 'WARNING' },
    ],
  },
];
