import { z } from 'zod';
import { count, duration, path, share } from './fields.ts';
import { serviceReference } from './schema-services.ts';

const goldenStep = z.strictObject({
  name: z.string().min(1).max(80).describe('What the step shows, in a few words.'),
  service: serviceReference,
  method: z.enum(['GET', 'POST']).default('GET').describe('HTTP method.'),
  path: path('Path on the service; may hold ${name} of a saved value.'),
  body: z.unknown().optional().describe('Sent as JSON. Text may hold ${name} of a saved value, or be env:NAME.'),
  expectStatus: count('HTTP status of a pass.', 100, 599).default(200),
  maxLatency: duration('A slower answer fails.', '10ms', '5m').default('2s'),
  save: z
    .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/), z.string().min(1).max(200))
    .default({})
    .describe('Values to keep for later steps: name, and dotted path in the JSON answer.'),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().max(4_096))
    .default({})
    .describe('Request headers; values may hold ${name} of a saved value, or be env:NAME.'),
});

const webSocket = z.strictObject({
  service: serviceReference,
  path: path('Path of the WebSocket endpoint.'),
  send: z.unknown().describe('Sent as JSON once the socket is open.'),
  events: z.array(z.string().min(1).max(200)).min(1).max(50).describe('Must arrive in this order; others in between are allowed.'),
  eventWithin: duration('Deadline of each event, from the one before.', '10ms', '10m').default('10s'),
});

const validationCheck = z.strictObject({
  name: z.string().min(1).max(80).optional().describe('What the check shows; default: service and path.'),
  service: serviceReference,
  path: path('Path on the service.'),
  expectStatus: count('HTTP status of a pass.', 100, 599).default(200),
  maxLatency: duration('A slower answer fails.', '10ms', '5m').default('2s'),
  expectJson: z
    .record(z.string().min(1).max(200), z.union([z.string().max(1_000), z.number(), z.boolean()]))
    .default({})
    .describe('Dotted path in the JSON answer, and the value it must have.'),
});

const validationCategory = z.strictObject({
  name: z.string().min(1).max(60).describe('As it stands in the table of results.'),
  critical: z.boolean().default(true).describe('Every one of its checks must pass.'),
  checks: z.array(validationCheck).min(1).max(100).describe('The requests of the category; each is judged by itself.'),
});

export const validation = z.strictObject({
  passRate: share('Share of the checks that must pass; critical categories must pass whole.').default(0.8),
  goldenPath: z.array(goldenStep).max(50).default([]).describe('One user’s way through the services, in order.'),
  webSocket: webSocket.optional().describe('A conversation over a WebSocket, as a user would have it.'),
  categories: z
    .array(validationCategory)
    .min(1)
    .max(50)
    .default([])
    .describe(
      'HTTP checks by category, beside what is always judged: each service by its own health checks and the evidence of the platform.',
    ),
  startupSuccessRate: share('Least share of the container starts of the window that must succeed.').default(0.9),
  forbiddenLogs: z
    .array(z.string().min(3).max(200))
    .max(20)
    .default([])
    .describe('Texts that must not stand in the logs of the serving revisions in the last 10 minutes; upper and lower case are the same.'),
  retryEvery: duration('How long to wait after a failed validation before the next.', '5s').default('1m'),
  soak: z.strictObject({ for: duration('Time without degradation before the run counts as recovered.').default('30m') }).prefault({}),
});
