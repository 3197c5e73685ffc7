import { cloudresourcemanager_v3 } from 'googleapis/build/src/apis/cloudresourcemanager/v3.js';
import { MINUTE } from '../../core/duration.ts';
import { FirebreakError } from '../../core/errors.ts';
import type { AccountFacts, ServiceState, TemplateFacts } from '../../core/model/observation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AccountsPort, CallOptions } from '../../ports/cloud.ts';
import { optionalText, understood } from '../json.ts';
import { lazy } from '../lazy.ts';
import type { Scope } from '../scope.ts';
import { grants, readPolicy, SECRET_ACCESSOR, SQL_CLIENT } from './policy.ts';
import type { RolesByMember } from './policy.ts';
import type { secretmanager_v1 } from './secret-manager-client.ts';

/** What a secret was found to be is believed for so long, and so many questions are asked at once: the rest waits for its turn. */
const BELIEVED_MS = 30 * MINUTE;
const QUESTIONS_AT_ONCE = 8;

type Finding = 'fine' | 'broken' | 'unknown';

/**
 * What the services' runtime accounts lack: Cloud SQL client where a Cloud SQL socket is mounted or spoken of, access to the
 * secrets that the template refers to (by the project's policy, else by the secret's own), and whether those versions exist and
 * are enabled. One read for the project's policy, and at most eight for secrets. What cannot be told is left out: a missing role
 * is claimed only where both policies were read and neither gives it. Reads no payload of a secret, ever.
 * @throws TerminalError when the project's policy may not be read.
 */
export function createAccounts(scope: Scope, clock: Clock): AccountsPort {
  const projects = new cloudresourcemanager_v3.Cloudresourcemanager(scope.client as cloudresourcemanager_v3.Options).projects;
  const secrets = new SecretFacts(scope, clock);
  return {
    async describe(services, options) {
      const call = { api: 'cloudresourcemanager', method: 'projects.getIamPolicy', resource: scope.project };
      const request = { resource: `projects/${scope.project}`, requestBody: { options: { requestedPolicyVersion: 3 } } };
      const body = await scope.calls.read(call, (signal) => projects.getIamPolicy(request, { signal }), options);
      const policy = readPolicy(body, `policy of ${scope.project}`);
      secrets.newRound();
      const facts: Record<string, AccountFacts> = {};
      for (const service of services) facts[service.name] = await factsOf(service, policy, secrets, options);
      return facts;
    },
  };
}

async function factsOf(
  { template }: ServiceState,
  policy: RolesByMember,
  secrets: SecretFacts,
  options: CallOptions | undefined,
): Promise<AccountFacts> {
  const account = template.serviceAccount;
  const references = [...new Set(Object.values(template.secrets))];
  const brokenSecrets: string[] = [];
  const missing: string[] = [];
  for (const reference of references) if ((await secrets.version(reference, options)) === 'broken') brokenSecrets.push(reference);
  // Without a name of its own the service runs as the project's default account, whose number is not known here.
  if (account === null) return { account: 'default', missing, brokenSecrets };
  if (speaksCloudSql(template) && grants(policy, account, SQL_CLIENT) === 'no') missing.push(SQL_CLIENT);
  if (references.length > 0 && grants(policy, account, SECRET_ACCESSOR) === 'no') {
    for (const secret of new Set(references.map(secretOf))) {
      if ((await secrets.access(secret, account, options)) !== 'broken') continue;
      missing.push(`${SECRET_ACCESSOR} on ${secret}`);
    }
  }
  return { account, missing, brokenSecrets };
}

/** A private address needs no role; the socket and Google's connectors do (gcp-facts 4). */
function speaksCloudSql({ sqlInstances, env }: TemplateFacts): boolean {
  return (
    (sqlInstances ?? []).length > 0 ||
    Object.values(env).some((value) => /^(?:\/cloudsql\/)?[a-z][a-z0-9-]+:[a-z]+-[a-z]+\d:[a-z][a-z0-9-]+/.test(value))
  );
}

/** What is known of secrets, asked a few at a time. */
class SecretFacts {
  readonly #scope: Scope;
  readonly #clock: Clock;
  readonly #client: () => Promise<secretmanager_v1.Resource$Projects$Secrets>;
  readonly #known = new Map<string, { readonly at: number; readonly finding: Finding }>();
  #left = QUESTIONS_AT_ONCE;

  constructor(scope: Scope, clock: Clock) {
    this.#scope = scope;
    this.#clock = clock;
    this.#client = lazy(clock, async () => {
      const { secretmanager_v1: manager } = await import('./secret-manager-client.ts');
      return new manager.Secretmanager(scope.client as secretmanager_v1.Options).projects.secrets;
    });
  }

  newRound(): void {
    this.#left = QUESTIONS_AT_ONCE;
  }

  /** Broken: there is no such secret or version, or it is disabled or destroyed. */
  version(reference: string, options?: CallOptions): Promise<Finding> {
    return this.#remembered(`version ${reference}`, async () => {
      const [secret, version] = [secretOf(reference), reference.slice(reference.lastIndexOf(':') + 1)];
      const name = `${this.#path(secret)}/versions/${version}`;
      const call = { api: 'secretmanager', method: 'versions.get', resource: reference };
      const api = await this.#client();
      const body = await this.#scope.calls.read(call, (signal) => api.versions.get({ name }, { signal }), options);
      const state = understood(`secret ${reference}`, body, (json) => optionalText(json.state, 'state'));
      return state === 'DISABLED' || state === 'DESTROYED' ? 'broken' : 'fine';
    });
  }

  /** Broken: the secret's own policy gives the account no access either. */
  access(secret: string, account: string, options?: CallOptions): Promise<Finding> {
    return this.#remembered(`access ${secret} ${account}`, async () => {
      const call = { api: 'secretmanager', method: 'secrets.getIamPolicy', resource: secret };
      const api = await this.#client();
      const body = await this.#scope.calls.read(call, (signal) => api.getIamPolicy({ resource: this.#path(secret) }, { signal }), options);
      const given = grants(readPolicy(body, `policy of secret ${secret}`), account, SECRET_ACCESSOR);
      return given === 'no' ? 'broken' : given === 'yes' ? 'fine' : 'unknown';
    });
  }

  async #remembered(key: string, ask: () => Promise<Finding>): Promise<Finding> {
    const now = this.#clock.now();
    const known = this.#known.get(key);
    if (known !== undefined && now - known.at < BELIEVED_MS) return known.finding;
    // Out of turn: what was known before stands until it is asked again.
    if (this.#left === 0) return known?.finding ?? 'unknown';
    this.#left -= 1;
    const finding = await askable(ask);
    this.#known.set(key, { at: now, finding });
    return finding;
  }

  #path(secret: string): string {
    return `projects/${this.#scope.project}/secrets/${secret}`;
  }
}

/** What does not exist is broken; what may not be looked at is unknown. */
async function askable(ask: () => Promise<Finding>): Promise<Finding> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof FirebreakError && thrown.code === 'NOT_FOUND') return 'broken';
    if (thrown instanceof FirebreakError && (thrown.kind === 'terminal' || thrown.kind === 'transient')) return 'unknown';
    throw thrown;
  }
}

function secretOf(reference: string): string {
  return reference.slice(0, reference.lastIndexOf(':'));
}
