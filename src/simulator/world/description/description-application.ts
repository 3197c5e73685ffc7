import { z } from 'zod';
import { count, duration, name, share, signedDuration } from './description-parts.ts';

/** What is wrong with an image. */
export const defect = z.discriminatedUnion('kind', [
  /** Workers die on import; a pre-fork master that has bound the port hides it from a TCP probe. */
  z.strictObject({ kind: z.literal('missing-module'), module: z.string(), exitCode: z.int().default(3) }),
  /** The container ends at start-up, before it listens. */
  z.strictObject({ kind: z.literal('exits'), message: z.string(), exitCode: z.int().default(1) }),
  /** All instances die together, again and again: healthy for `upFor`, gone for `downFor`. */
  z.strictObject({ kind: z.literal('flaps'), upFor: duration, downFor: duration, message: z.string(), exitCode: z.int().default(1) }),
  /** It runs and answers this share of its requests with 500, the others so many times as slowly. */
  z.strictObject({
    kind: z.literal('errors'),
    share: share.default(0),
    slower: z.number().positive().default(1),
    healthSaysWell: z.boolean().default(false).describe('Its health endpoints know nothing of it: only users meet it.'),
  }),
  /** A request takes so much CPU time of it, and an instance so long to start: well while few call, and short of room under load. */
  z.strictObject({ kind: z.literal('heavy'), cpuMsPerRequest: z.number().positive(), startup: duration.optional() }),
  /** Its working set grows to `usedMib`; with a lower memory limit each instance is killed about `after` it is up. */
  z.strictObject({ kind: z.literal('out-of-memory'), usedMib: z.int().positive(), after: duration.default(90_000) }),
]);

const trouble = z.strictObject({
  from: signedDuration.optional(),
  for: duration.optional(),
  revision: name.optional().describe('Of one revision alone.'),
  failing: share.default(0).describe('Share of the requests of well instances that are answered with 500.'),
  limiting: share.default(0).describe('Share of them that the application itself answers with 429: it limits its clients.'),
  slower: z
    .number()
    .positive()
    .default(1)
    .describe('Good answers take so many times as long, at once or rising to that over the whole of `for`.'),
  rising: z.boolean().default(false),
});

const httpStatus = z.int().min(200).max(599);

export const application = z.strictObject({
  startup: duration.default(12_000).describe('From container start to the first connection, without CPU boost (which takes 40 % off).'),
  preFork: z
    .boolean()
    .default(true)
    .describe('The master binds the port before the application is up, so that a TCP probe sees nothing of it (gcp-facts 0.5).'),
  latencyMs: z.number().positive().default(110).describe('Median of a good answer.'),
  wedgedLatencyMs: z
    .tuple([z.number().positive(), z.number().positive()])
    .default([6_900, 7_500])
    .describe('How long a wedged instance takes to say 503.'),
  database: z
    .strictObject({
      instance: name,
      connectTakes: duration.default(4_000).describe('Time to open the pool at start-up over a free path.'),
      timeout: duration.default(25_000).describe("The service's own limit for that, after which it exits with 3."),
      startupConnections: count.describe(
        'Connections of one instance from its first one until `warmFor` after it is up (pool and overflow), and then.',
      ),
      heldConnections: count,
      warmFor: duration.default(30_000),
      viaAdminApi: z
        .boolean()
        .default(false)
        .describe('Its driver asks the Cloud SQL Admin API before it connects (a connector library or proxy).'),
    })
    .optional(),
  redis: z.string().optional(),
  privateHosts: z.array(z.string()).default([]).describe('`host:port` of private names that most of its requests need resolved.'),
  needs: z
    .array(name)
    .default([])
    .describe('Services that must answer while it starts (it fetches their keys); otherwise it comes up wedged.'),
  calls: z
    .array(z.strictObject({ service: name, perRequest: z.number().nonnegative(), required: z.boolean().default(false) }))
    .default([])
    .describe('Requests to other services caused by one of its own.'),
  packetsPerRequest: z.number().nonnegative().default(60),
  chatterPacketsPerSecond: z.number().nonnegative().default(300).describe('One running instance: keep-alives, queues, telemetry.'),
  reconnectPacketsPerSecond: z
    .number()
    .nonnegative()
    .default(1_200)
    .describe('What a wedged or connecting instance adds by connecting again and again.'),
  publicShare: share
    .default(0.3)
    .describe('Part of its packets that leave for public addresses: with PRIVATE_RANGES_ONLY they pass the connector by.'),
  fixedAddressShare: share
    .default(0)
    .describe(
      "Share of its requests that need somebody outside who lets in only the network's fixed address (Cloud NAT): ALL_TRAFFIC alone leaves by it.",
    ),
  cpuMsPerRequest: z
    .number()
    .nonnegative()
    .default(20)
    .describe('CPU time of one request: what an instance can answer a second follows from it and its CPUs.'),
  answers: z
    .record(z.string().startsWith('/'), z.union([httpStatus, z.strictObject({ status: httpStatus.default(200), json: z.json() })]))
    .default({})
    .describe('What well instances say on paths of their own: `/health: 404`, or `/v1/breads: { json: { first: rye } }`.'),
  grpc: z
    .strictObject({ health: z.array(z.string().max(100)).min(1).default(['']) })
    .optional()
    .describe(
      'A gRPC server: beside the paths of `answers` it speaks HTTP/2 alone, and tells its health (grpc.health.v1) under these names; the empty one is the server as a whole.',
    ),
  socket: z
    .strictObject({ path: z.string().startsWith('/'), events: z.array(z.string()).min(1) })
    .optional()
    .describe(
      'A WebSocket that tells these events, in this order; absent: a back end has the one of the incident that the scenarios are made from.',
    ),
  heals: z
    .strictObject({ after: duration, share: share.default(1) })
    .optional()
    .describe(
      'A wedged instance whose path has been free for about `after` is well again by itself, and so is `share` of them; the others stay broken until they are replaced. Absent: all of them do, as in the incident that the scenarios are made from. In a documented case more connector alone took failures from about 100 % to 10–15 %.',
    ),
  troubles: z
    .array(trouble)
    .default([])
    .describe('Passing troubles of its own, since the start of the run; absent bounds: from ever, for ever.'),
  noise: z.array(z.string()).default([]).describe('Warnings at each start that explain nothing.'),
  chatter: z
    .array(z.strictObject({ message: z.string(), severity: z.enum(['INFO', 'WARNING', 'ERROR']).default('ERROR'), every: duration }))
    .default([])
    .describe('What a well instance writes again and again, whatever severity it gives it.'),
});
