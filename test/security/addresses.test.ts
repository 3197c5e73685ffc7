import { describe, expect, test } from 'vitest';
import { createAuthClient } from '../../src/google/auth.ts';
import { GuardedClient } from '../../src/google/http.ts';
import { InvariantError, UserError } from '../../src/core/errors.ts';
import { VirtualClock } from '../../src/clocks/virtual-clock.ts';
import { address } from '../../src/cli/options.ts';
import { loadSpec } from '../../src/spec/load.ts';
import { PassThroughClient } from 'google-auth-library';

const clock = new VirtualClock(0);

describe('--endpoint', () => {
  test.each([
    'file:///etc/passwd',
    'ftp://127.0.0.1',
    'gopher://127.0.0.1:70',
    'javascript:alert(1)',
    '//127.0.0.1',
    'http://ann:secret@127.0.0.1:8080',
    'http://127.0.0.1:8080/?token=secret',
    'http://127.0.0.1:8080/#secret',
  ])('refuses %s', (text) => {
    expect(() => address(text)).toThrow();
  });

  test.each([
    'http://example.com',
    'http://169.254.169.254', // the metadata server, which hands out tokens
    'http://metadata.google.internal',
    'http://10.0.0.1:8080',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://0.0.0.0:8080',
    'http://[::ffff:10.0.0.1]:80',
  ])('gets no credentials over an open line to %s', async (baseUrl) => {
    await expect(createAuthClient({ project: 'my-project', baseUrl, clock })).rejects.toThrow(UserError);
  });

  test.each(['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080', 'http://127.1.2.3'])(
    'needs and takes none for %s, which is this machine',
    async (baseUrl) => {
      expect(await createAuthClient({ project: 'my-project', baseUrl, clock })).toBeInstanceOf(PassThroughClient);
    },
  );
});

describe('the client below all of Google’s', () => {
  const guarded = (baseUrl: string | null) => new GuardedClient({ authClient: new PassThroughClient(), baseUrl, readOnly: false });

  test.each([
    'https://example.com/v1/projects/p',
    'https://run.googleapis.com.example.com/v2/projects/p',
    'https://example.com/?x=.googleapis.com',
    'https://ann@evil.example/.googleapis.com',
    'http://run.googleapis.com/v2/projects/p',
    'http://169.254.169.254/computeMetadata/v1/',
  ])('sends nothing to %s', async (url) => {
    await expect(guarded(null).request({ url })).rejects.toThrow(InvariantError);
  });

  test.each(['https://run.googleapis.com/v2/x', 'http://127.0.0.1:9/other-port', 'http://localhost:8080/x'])(
    'in a rehearsal at 127.0.0.1:8080 sends nothing to %s',
    async (url) => {
      await expect(guarded('http://127.0.0.1:8080').request({ url })).rejects.toThrow(InvariantError);
    },
  );
});

describe('the addresses of a document', () => {
  test.each([
    ['user and password', 'https://ann:secret@example.com/hook'],
    ['a token', 'https://example.com/hook?token=secret'],
    ['the permission to post', 'https://hooks.slack.com/services/T0/B0/secret'],
    ['another protocol', 'file:///etc/passwd'],
    ['another protocol', 'gopher://127.0.0.1:70/'],
  ])('a webhook may not carry %s (%#)', (_, url) => {
    expect(() => load({ communication: { webhooks: [url] } })).toThrow(UserError);
  });

  test('a refused address is never repeated where it holds a secret', () => {
    expect(problemOf({ communication: { webhooks: ['https://ann:hunter2@example.com/hook'] } })).not.toContain('hunter2');
    expect(problemOf({ communication: { webhooks: ['https://hooks.slack.com/services/T0/B0/hunter2'] } })).not.toContain('hunter2');
  });

  test.each([
    ['another protocol', 'file:///etc/passwd'],
    ['user and password', 'https://ann:secret@example.com/health'],
    ['another host by a double slash', '//example.com/health'],
  ])('a health check may not lead to %s', (_, url) => {
    expect(() => load({ services: [{ name: 'web', health: [{ url }] }] })).toThrow(UserError);
  });

  test.each(['https://example.com/hook', 'http://127.0.0.1:9000/hook', 'http://localhost:9000/hook'])('a webhook may be %s', (url) => {
    expect(load({ communication: { webhooks: [url] } }).spec.communication.webhooks).toEqual([url]);
  });

  test.each(['http://example.com/hook', 'http://169.254.169.254/latest', 'http://10.1.2.3/hook'])(
    'a webhook may not be %s: what is told would travel readable, or to a machine that was never meant',
    (url) => {
      expect(() => load({ communication: { webhooks: [url] } })).toThrow(UserError);
      expect(() => load({ communication: { webhooks: ['env:HOOK'] } }, { HOOK: url })).toThrow(UserError);
    },
  );
});

function load(spec: object, env: Readonly<Record<string, string>> = {}): ReturnType<typeof loadSpec> {
  const whole = { project: 'my-project', region: 'us-central1', services: [{ name: 'web', pin: 'lastHealthy' }], ...spec };
  const text = JSON.stringify({ apiVersion: 'firebreak.dev/v1', kind: 'Remediation', metadata: { name: 'web' }, spec: whole });
  return loadSpec(text, 'web.json', env);
}

function problemOf(spec: object): string {
  try {
    load(spec);
  } catch (thrown) {
    return String(thrown);
  }
  throw new Error('it was not refused');
}
