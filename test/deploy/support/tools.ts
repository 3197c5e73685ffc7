import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Sent {
  readonly method: string;
  /** Without the regional prefix of the host that gcloud puts before an overridden endpoint. */
  readonly path: string;
  readonly body: unknown;
}

/**
 * What `gcloud` would send to Google, caught on this machine: it is given an HTTP proxy that answers for every host. What it asks for
 * is there when its path is one of `there`; nothing else is.
 */
export async function sentByGcloud(
  command: (env: NodeJS.ProcessEnv) => Promise<void>,
  there: readonly string[] = [],
): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => (text += part));
    request.on('end', () => {
      const { pathname: path } = new URL(request.url ?? '/', 'http://google.invalid');
      const method = request.method ?? '';
      const body: unknown = text === '' ? null : JSON.parse(text);
      sent.push({ method, path, body });
      const unknown = method === 'GET' && !path.endsWith(':getIamPolicy') && !there.includes(path);
      response.writeHead(unknown ? 404 : 200, { 'content-type': 'application/json' });
      const nothing = { error: { code: 404, status: 'NOT_FOUND', message: 'not there' } };
      response.end(JSON.stringify(unknown ? nothing : path.endsWith('IamPolicy') ? { etag: 'BwY=' } : (body ?? {})));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const config = mkdtempSync(join(tmpdir(), 'firebreak-gcloud-'));
  try {
    await command(gcloudEnv(config, (server.address() as AddressInfo).port));
    return sent;
  } finally {
    server.close();
    rmSync(config, { recursive: true });
  }
}

/** Terraform without colours, questions and calls home. Returns what it says; `ok` is its exit code 0. */
export function terraform(words: readonly string[], cwd: string): { readonly ok: boolean; readonly said: string } {
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_INPUT: '0', TF_CLI_CONFIG_FILE: '/dev/null' };
  try {
    return { ok: true, said: execFileSync('terraform', [...words], { cwd, env, encoding: 'utf8', stdio: 'pipe' }) };
  } catch (thrown) {
    const { stdout = '', stderr = '' } = thrown as { readonly stdout?: string; readonly stderr?: string };
    return { ok: false, said: `${stdout}${stderr}` };
  }
}

function gcloudEnv(config: string, port: number): NodeJS.ProcessEnv {
  const google = 'http://google.invalid/';
  const { NO_PROXY: _upper, no_proxy: _lower, ...env } = process.env;
  return {
    ...env,
    CLOUDSDK_CONFIG: config,
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1',
    CLOUDSDK_AUTH_ACCESS_TOKEN: 'not-a-token',
    CLOUDSDK_PROXY_TYPE: 'http',
    CLOUDSDK_PROXY_ADDRESS: '127.0.0.1',
    CLOUDSDK_PROXY_PORT: String(port),
    CLOUDSDK_API_ENDPOINT_OVERRIDES_RUN: google,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM: google,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDSCHEDULER: google,
    PROJECT: 'my-project',
    REGION: 'us-central1',
  };
}
