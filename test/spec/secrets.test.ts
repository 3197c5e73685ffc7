import { describe, expect, it } from 'vitest';
import { loadSpec } from '../../src/spec/load.ts';
import { changed, refusal } from './support/document.ts';

describe('secrets are references', () => {
  const hook = (entry: string): string => changed('webhooks: []', `webhooks: ["${entry}"]`);

  it('resolves env:NAME from the environment', () => {
    const { spec } = loadSpec(hook('env:HOOK'), 'remediation.yaml', { HOOK: 'https://hooks.slack.com/services/T0/B0/abc' });
    expect(spec.communication.webhooks).toEqual(['https://hooks.slack.com/services/T0/B0/abc']);
  });

  it('resolves env:NAME in a body and a header of the golden path', () => {
    const text = changed('body: { message: Are you there? }', 'body: { password: env:PROBE, note: plain }').replace(
      "'Bearer ${token}'",
      'env:HEADER',
    );
    const step = loadSpec(text, 'remediation.yaml', { PROBE: 's3cret', HEADER: 'Basic abc' }).spec.validation.goldenPath[1];
    expect(step).toMatchObject({ body: { password: 's3cret', note: 'plain' }, headers: { authorization: 'Basic abc' } });
  });

  it.each([
    ['an unset variable', 'env:HOOK', {}, 'the environment variable HOOK is not set'],
    ['an empty variable', 'env:HOOK', { HOOK: '' }, 'the environment variable HOOK is not set'],
    [
      'a variable that holds no address',
      'env:HOOK',
      { HOOK: 'sekret' },
      'the environment variable HOOK does not hold an absolute http(s) address',
    ],
    ['a reference that is none', 'env:a b', {}, 'this is not a reference to an environment variable'],
    ['an address with a password', 'https://ann:sekret@example.com/hook', {}, 'the address carries a secret (user and password)'],
    ['an address with a token', 'https://example.com/hook?token=sekret', {}, 'the address carries a secret (parameter token)'],
    [
      'an address that is itself the permission',
      'https://hooks.slack.com/services/T/B/sekret',
      {},
      'whoever knows an address of hooks.slack.com may post there',
    ],
    ['another protocol', 'ftp://example.com/sekret', {}, 'not an absolute http(s) address'],
  ])('refuses %s as a webhook without repeating it', (_what, entry, env, message) => {
    const error = refusal(hook(entry), env);
    expect(error.message).toContain(message);
    expect(error.message + error.fix).not.toContain('sekret');
  });

  it.each([
    ['a password in a body', 'body: { message: Are you there? }', 'body: { user: { password: sekret } }'],
    ['a token in a header', "'Bearer ${token}'", 'Bearer sekret'],
    ['a password for a deployed service', 'deploy: {}', 'deploy: { env: { DB_PASSWORD: sekret } }'],
    ['a connection string for a deployed service', 'deploy: {}', 'deploy: { env: { DATABASE: "postgres://ann:sekret@db/x" } }'],
    ['a reference that a deploy would set as text', 'deploy: {}', 'deploy: { env: { KEY: "env:sekret" } }'],
  ])('refuses %s', (_what, from, to) => {
    const error = refusal(changed(from, to));
    expect(error.code).toMatch(/^spec-(secret-by-value|reference)$/);
    expect(error.message + error.fix).not.toContain('sekret');
  });
});
