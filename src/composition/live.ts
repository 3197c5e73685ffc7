import { placesOf } from '../core/region.ts';
import { LockstepClock } from '../clocks/lockstep-clock.ts';
import { createWallClock } from '../clocks/wall-clock.ts';
import { TerminalError, TransientError, UserError } from '../core/errors.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { createAuthClient, isLoopback } from '../google/auth.ts';
import { createCloud } from '../gcp/cloud.ts';
import { NOT_GOOGLE } from '../gcp/errors.ts';
import { createChannels } from '../notify/channels.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { Channel } from '../ports/notify.ts';
import type { ProbesPort } from '../ports/probes.ts';
import type { Random } from '../ports/random.ts';
import { createProbes } from '../probes/probes.ts';
import { joinClock } from './clock.ts';
import { seededRandom } from './seeded-random.ts';
import { StampedClient, stampedProbes } from './lockstep-stamps.ts';

export interface LiveOptions {
  /** What of the document says where to look and whom to tell. */
  readonly spec: Pick<RemediationSpec, 'project' | 'region'> &
    Partial<Pick<RemediationSpec, 'services' | 'connectors'>> & {
      readonly communication: Omit<RemediationSpec['communication'], 'everyMs'>;
    };
  /** Where there is no document yet: the regions to look at, the document's own among them; missing: those of the document. */
  readonly regions?: readonly string[];
  /** null: Google itself. */
  readonly endpoint: string | null;
  /** See `createAuthClient`. */
  readonly endpointGetsCredentials?: boolean;
  /** A simulator whose time is followed (loopback only); null: real time. */
  readonly clockUrl: string | null;
  /** Refuses every request that is not a read, below all clients. */
  readonly readOnly: boolean;
}

export interface Live {
  readonly cloud: Cloud;
  readonly probes: ProbesPort;
  readonly channels: readonly Channel[];
  readonly clock: Clock;
  /** The same clock, where its time is shared in lock-step with other processes. */
  readonly shared: LockstepClock | null;
}

const chance: Random = { next: () => Math.random() };

/**
 * The adapters for an environment that is really there. Makes first contact, so that a dead endpoint is one clear error now
 * and not a long wait later: `UserError` with exit code 75 (`endpoint-down`), 2 (`no-credentials`, `endpoint-invalid`, …).
 */
export async function goLive({ spec, regions, endpoint, endpointGetsCredentials = false, clockUrl, readOnly }: LiveOptions): Promise<Live> {
  if (clockUrl !== null) requireSimulator(endpoint);
  const followed = clockUrl === null ? null : await joinClock(clockUrl);
  const shared = followed instanceof LockstepClock ? followed : null;
  const clock = followed ?? createWallClock();
  const patience = Math.max(1, followed?.speed ?? 1);
  const random = shared === null ? chance : seededRandom(shared.seed);
  const credentials = await createAuthClient({ project: spec.project, baseUrl: endpoint, endpointGetsCredentials, clock });
  const authClient = shared === null ? credentials : new StampedClient(credentials, shared);
  const cloud = createCloud({
    ...placesOf({ services: [], connectors: [], ...spec }),
    ...(regions === undefined ? {} : { regions }),
    authClient,
    baseUrl: endpoint,
    clock,
    random,
    patience,
    readOnly,
  });
  const origins = [endpoint, clockUrl].flatMap((url) => (url === null ? [] : [new URL(url).origin]));
  const probes = shared === null ? createProbes({ clock }) : stampedProbes(shared, origins);
  await makeContact(cloud, endpoint);
  const channels = createChannels(spec.communication, { clock, random, http: probes.http });
  return { cloud, probes, clock, shared, channels };
}

/**
 * A simulator's time is for a simulator's world: in another one it would turn half an hour of soak into half a minute. Throws
 * `UserError` `usage-conflict` when the world that is spoken to (null: Google's) is not on this machine.
 */
export function requireSimulator(endpoint: string | null): void {
  if (endpoint !== null && URL.canParse(endpoint) && isLoopback(new URL(endpoint))) return;
  const what = endpoint === null ? 'Google itself' : endpoint;
  throw new UserError(
    'usage-conflict',
    `--clock takes the time from a simulator, but ${what} is spoken to, which is in real time`,
    'add --endpoint with the address of the same simulator, or leave out --clock',
  );
}

async function makeContact(cloud: Cloud, endpoint: string | null): Promise<void> {
  try {
    await cloud.permissions.granted(['run.services.list']);
  } catch (thrown) {
    if (endpoint !== null && thrown instanceof TerminalError && [NOT_GOOGLE, 'bad-answer'].includes(thrown.code))
      throw new UserError(
        'endpoint-not-google',
        `what listens at ${endpoint} does not answer as Google's APIs do: ${thrown.message}`,
        'give the address that `firebreak simulate` printed, or leave out --endpoint to talk to Google itself',
        { cause: thrown },
      );
    if (!(thrown instanceof TransientError)) return;
    const where = endpoint ?? "Google's endpoints";
    throw new UserError(
      'endpoint-down',
      `${where} cannot be reached: ${thrown.message}`,
      'check the network and --endpoint, then start again',
      { cause: thrown, exitCode: 75 },
    );
  }
}
