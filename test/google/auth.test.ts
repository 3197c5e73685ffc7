import { PassThroughClient } from 'google-auth-library';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createWallClock } from '../../src/clocks/wall-clock.ts';
import { createAuthClient, credentialsFailure, isLoopback } from '../../src/google/auth.ts';

const clock = createWallClock();
afterEach(() => vi.unstubAllEnvs());

describe('credentials', () => {
  test.each(['http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:9'])(
    'an endpoint on this machine (%s) needs none',
    async (baseUrl) => {
      expect(await createAuthClient({ project: 'p', baseUrl, clock })).toBeInstanceOf(PassThroughClient);
    },
  );

  test.each([
    'https://evil.example:8443',
    'https://googleapis.com.evil.example',
    'https://run.googleapis.com.evil.example',
    'https://evilgoogleapis.com',
    'https://run.googleapis.com:8443',
  ])('%s gets no token, and that is said', async (baseUrl) => {
    await expect(createAuthClient({ project: 'p', baseUrl, clock })).rejects.toMatchObject({
      kind: 'user',
      code: 'endpoint-not-googles',
      fix: expect.stringContaining('--endpoint-gets-credentials'),
    });
  });

  test('another host gets a token only when the person says so', async () => {
    vi.stubEnv('HOME', '/nonexistent');
    vi.stubEnv('CLOUDSDK_CONFIG', '/nonexistent');
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
    await expect(
      createAuthClient({ project: 'p', baseUrl: 'https://proxy.example.com', endpointGetsCredentials: true, clock }),
    ).rejects.toMatchObject({ code: 'no-credentials' });
  });

  test.each([
    ['http://10.0.0.1:8080', 'endpoint-insecure'],
    ['http://127.0.0.1.example.com', 'endpoint-insecure'],
    ['ftp://127.0.0.1', 'endpoint-insecure'],
    ['nonsense', 'endpoint-invalid'],
  ])('%s is refused with %s', async (baseUrl, code) => {
    await expect(createAuthClient({ project: 'p', baseUrl, clock })).rejects.toMatchObject({ kind: 'user', code });
  });

  test.each([null, 'https://run.googleapis.com', 'https://run-x.p.googleapis.com'])(
    'without any, the person is told at once how to get them (endpoint %s)',
    async (baseUrl) => {
      vi.stubEnv('HOME', '/nonexistent');
      vi.stubEnv('CLOUDSDK_CONFIG', '/nonexistent');
      vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
      const startedAt = performance.now();
      const refusal = createAuthClient({ project: 'p', baseUrl, clock });
      await expect(refusal).rejects.toMatchObject({
        kind: 'user',
        code: 'no-credentials',
        fix: expect.stringContaining('gcloud auth application-default login'),
      });
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    },
  );

  test('a refused login is the person’s to mend, an unreachable token service is not', () => {
    expect(credentialsFailure(Object.assign(new Error('invalid_grant'), { status: 400 }))).toMatchObject({
      kind: 'user',
      code: 'credentials-refused',
    });
    expect(credentialsFailure(Object.assign(new Error('no route'), { code: 'ECONNRESET' }))).toMatchObject({
      kind: 'transient',
      code: 'token-unavailable',
    });
    expect(credentialsFailure(Object.assign(new Error('busy'), { status: 503 }))).toMatchObject({ kind: 'transient' });
  });

  test('loopback is judged by the host, not by how it begins', () => {
    expect(isLoopback(new URL('http://127.9.9.9'))).toBe(true);
    expect(isLoopback(new URL('http://127.0.0.1.evil.example'))).toBe(false);
  });
});
