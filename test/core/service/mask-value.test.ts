import { describe, expect, test } from 'vitest';
import { maskedValue } from '../../../src/core/service/mask-value.ts';

describe('the value of an environment variable', () => {
  test.each([
    ['REDIS_HOST', '10.166.204.83'],
    ['REDIS_URL', 'redis://10.166.204.83:6379/0'],
    ['POSTGRES_HOST', '/cloudsql/netra-staging:us-central1:staging-shared-postgres'],
    ['INSTANCE_CONNECTION_NAME', 'netra-staging:us-central1:staging-shared-postgres'],
    ['AUTH_SERVICE_URL', 'https://auth.staging.example.com'],
    ['DATABASE_TIMEOUT', '600'],
    ['DATABASE_TIMEOUT', '25.0'],
    ['POOL_SIZE', '10'],
    ['MEMORY', '512Mi'],
    ['IDLE', '30s'],
    ['REGION', 'us-central1'],
    ['BROKERS', 'a.example.com:9092,b.example.com:9092'],
    ['EMPTY', ''],
  ])('is shown when it is a host, a port, a size or a time: %s=%s', (name, value) => {
    expect(maskedValue(name, value)).toBe(value);
  });

  test.each([
    ['REDIS_HOST', '10.166.204.83\n'],
    ['REDIS_HOST', '-'],
  ])('is shown as it is when it is a host that cannot be one: %s=%j', (name, value) => {
    expect(maskedValue(name, value)).toBe(value);
  });

  test.each([
    ['API_KEY', '123456'],
    ['DB_PASSWORD', 'localhost'],
    ['STRIPE_TOKEN', '30s'],
    ['JWT_SECRET', 'a.example.com'],
    ['DATABASE_URL', 'postgresql://app:hunter2@10.0.0.3:5432/app'],
    ['CALLBACK', 'https://hooks.example.com/T0/B0?sig=abc'],
    ['SESSION', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
    ['LICENCE', 'f3b1c9a04d5e6f7a8b9c'],
    ['GREETING', 'good evening'],
    ['LONG', 'a.example.com,'.repeat(30)],
  ])('is hidden when it may open something, or is none of these: %s', (name, value) => {
    expect(maskedValue(name, value)).toBe('…');
  });
});
