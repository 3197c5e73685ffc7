/** Lines that no mechanism may claim. */
export const NOISE: readonly string[] = [
  '',
  'Sentry SDK not available - install sentry-sdk[fastapi] to enable error tracking',
  "SERVICE_ID contained whitespace - sanitized from 'shop\\n' to 'shop'",
  'OAuth redirect URI mismatch (non-critical in staging): https://app.example.com/cb',
  'Container called exit(0).',
  'Default STARTUP TCP probe succeeded after 1 attempt for container "app" on port 8080.',
  'GET /orders 200 in 110 ms',
  'request id 429110 took 3 s',
  'retrying in 503 ms',
  "{'error': {'message': 'Missing field', 'severity': 'ERROR'}}",
  'Database initialization finished after 2.1s',
  'opentelemetry: Failed to export metrics, connection refused (localhost:4318)',
  "uvloop not available (No module named 'uvloop'), falling back to asyncio",
  'connection timeout = 30s, pool size 10',
  'database connect timeout: 30s',
  'POST https://storage.googleapis.com/b/o timeout=60s ok',
];
