import { z } from 'zod';
import { count, duration, placedName, signedDuration } from './description-parts.ts';

/** What runs beside the services and takes no requests: it is well unless said. */

export const job = z.strictObject({
  name: placedName.meta({ examples: ['nightly-report'] }),
  every: duration
    .default(3_600_000)
    .describe('An execution begins each time so much has passed, the last one before the start of the run.'),
  takes: duration.default(120_000).describe('How long an execution lasts.'),
  lastBefore: duration.default(600_000).describe('How long before the start of the run the newest execution began.'),
  fails: z
    .strictObject({
      from: signedDuration
        .default(-86_400_000)
        .describe('Executions that begin from then on fail; `-3h` lies before the start of the run.'),
      until: signedDuration.optional().describe('And until then; absent: without end.'),
      message: z.string().default('The configured number of failed tasks has been reached: the container exited with an error.'),
    })
    .optional()
    .describe('Its executions end with an exit code other than zero.'),
});

export const workerPool = z.strictObject({
  name: placedName.meta({ examples: ['consumer'] }),
  revision: z.string().optional().describe('Short name of its newest revision; absent: NAME-00001-abc.'),
  instances: count.default(1).describe('How many instances it is set to keep.'),
  failed: z
    .strictObject({
      from: signedDuration.default(-86_400_000).describe('Since when; `-3h` lies before the start of the run.'),
      until: signedDuration.optional().describe('Until when; absent: without end.'),
      reason: z.string().default('HEALTH_CHECK_CONTAINER_ERROR'),
      message: z.string().default('The container failed to start.'),
    })
    .optional()
    .describe("Its newest revision does not become ready: Google's reason and message."),
});
