import { describe, expect, it } from 'vitest';
import { loadSpec } from '../../src/spec/load.ts';

const load = (health: string, { env = {}, more = '' }: { readonly env?: Record<string, string>; readonly more?: string } = {}) =>
  loadSpec(
    `apiVersion: firebreak.dev/v1
kind: Remediation
metadata: { name: shop }
spec:
  project: my-project
  region: us-central1
${more}  services:
    - name: shop
      health: ${health}
`,
    'shop.yaml',
    env,
  ).spec.services[0]?.health;

/** What a document of this health is refused with. */
function refusal(health: string, env: Record<string, string> = {}): { readonly message: string; readonly fix: string } {
  try {
    load(health, { env });
  } catch (thrown) {
    return thrown as { readonly message: string; readonly fix: string };
  }
  throw new Error(`${health} was taken`);
}

describe('health checks', () => {
  it('are one GET on /health where the document says nothing, and none where it says so', () => {
    const { spec } = loadSpec(
      'apiVersion: firebreak.dev/v1\nkind: Remediation\nmetadata: { name: a }\nspec: { project: my-project, region: us-central1, services: [{ name: shop }] }\n',
      'a.yaml',
      {},
    );
    expect(spec.services[0]?.health).toEqual([{ url: '/health', maxLatencyMs: 2_000 }]);
    expect(load('[]')).toEqual([]);
  });

  it.each([
    ['[{ url: /ready, expectStatus: 204 }]', { url: '/ready', maxLatencyMs: 2_000, expectStatus: 204 }],
    ['[{ url: /ready, identity: self }]', { url: '/ready', maxLatencyMs: 2_000, identity: 'self' }],
    ['[{ kind: grpc }]', { url: '/', maxLatencyMs: 2_000, kind: 'grpc' }],
    [
      '[{ kind: grpc, service: a.v1.B, identity: probe@my-project.iam.gserviceaccount.com }]',
      { url: '/', maxLatencyMs: 2_000, kind: 'grpc', grpcService: 'a.v1.B', identity: 'probe@my-project.iam.gserviceaccount.com' },
    ],
    ['[{ kind: grpc, url: https://grpc.example.com }]', { url: 'https://grpc.example.com', maxLatencyMs: 2_000, kind: 'grpc' }],
    ['[{ kind: tcp, url: "tcp://10.0.0.5:8443" }]', { url: 'tcp://10.0.0.5:8443', maxLatencyMs: 2_000, kind: 'tcp' }],
  ])('%s', (written, resolved) => {
    expect(load(written)).toEqual([resolved]);
  });

  it('take secrets for headers from the environment, by name', () => {
    expect(load('[{ url: /h, headers: { X-Api-Key: env:KEY, X-Kind: probe } }]', { env: { KEY: 's3' } })).toEqual([
      { url: '/h', maxLatencyMs: 2_000, headers: { 'X-Api-Key': 's3', 'X-Kind': 'probe' } },
    ]);
  });

  it.each([
    ['[{ kind: http }]', 'shop.yaml:9:16 spec.services[0].health[0].url: required, but missing', 'add url: /health'],
    ['[{ kind: ftp }]', 'must be one of http, grpc, tcp; found text "ftp"', 'write http'],
    ['[{ kind: tcp, url: /health }]', 'a connection to the service’s own address meets Google’s front end', 'tcp://HOST:PORT'],
    ['[{ kind: tcp, url: "tcp://shop-x.a.run.app:443" }]', 'is Google’s front end, which takes every connection', 'kind: http or grpc'],
    ['[{ kind: tcp, url: "tcp://10.0.0.5" }]', 'not an address of the form tcp://HOST:PORT', 'write host and port'],
    ['[{ kind: tcp, url: "tcp://10.0.0.5:70000" }]', 'not an address of the form tcp://HOST:PORT', 'write host and port'],
    ['[{ url: "tcp://10.0.0.5:80" }]', 'http does not ask a tcp:// address', 'write kind: tcp'],
    ['[{ kind: grpc, url: /health }]', 'gRPC health has a path of its own', 'leave url out'],
    ['[{ url: /h, service: a.B }]', 'service says nothing where kind is http', 'remove service'],
    ['[{ kind: grpc, expectStatus: 200 }]', 'expectStatus says nothing where kind is grpc', 'remove expectStatus'],
    ['[{ kind: tcp, url: "tcp://a.example:1", identity: self }]', 'identity says nothing where kind is tcp', 'remove identity'],
    ['[{ url: /h, identity: me }]', 'neither self nor a service account', 'write self, or NAME@PROJECT.iam.gserviceaccount.com'],
    ['[{ url: "http://shop.example/h", identity: self }]', 'does not travel over an open line', 'https://'],
    [
      '[{ url: "https://other.example/h", identity: self }]',
      'would go to other.example, which is no domain of the document',
      'loadBalancer.domains',
    ],
    ['[{ url: /h, headers: { Host: a.example } }]', 'this header is set by the request itself', 'remove it'],
    ['[{ url: /h, headers: { X-A: "a\\nb" } }]', 'a header cannot hold this value', 'printable'],
    ['[{ url: /h, headers: { Authorization: Bearer abc } }]', 'a secret is written out here', 'env:NAME'],
    ['[{ url: /h, headers: { X-Api-Key: env:KEY } }]', 'the environment variable KEY is not set', 'export KEY'],
    ['[{ url: /h, expectstatus: 204 }]', 'the nearest known key is expectStatus', 'write expectStatus'],
  ])('%s is refused with what mends it', (written, what, fix) => {
    const found = refusal(written);
    expect(found.message).toContain(what);
    expect(found.fix).toContain(fix);
  });

  it('a variable that no header can carry is refused without its value', () => {
    const { message } = refusal('[{ url: /h, headers: { X-Api-Key: env:KEY } }]', { KEY: 'hunter2\nx' });
    expect(message).toContain('the environment variable KEY holds what a header cannot carry');
    expect(message).not.toContain('hunter2');
  });

  it('an ID token may go to a domain of the document’s own load balancer', () => {
    const more = '  loadBalancer: { urlMap: lb, domains: [shop.example] }\n';
    expect(load('[{ url: "https://shop.example/h", identity: self }]', { more })).toHaveLength(1);
  });
});
