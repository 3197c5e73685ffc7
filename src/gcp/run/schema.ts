import { z } from 'zod';

/** Cloud Run v2 resources as far as we use them (gcp-facts 2); unknown fields and unknown enum strings are let through. */
const conditionSchema = z.object({
  type: z.string().optional(),
  state: z.string().optional(),
  reason: z.string().optional(),
  revisionReason: z.string().optional(),
  message: z.string().optional(),
});

const probeSchema = z.object({
  periodSeconds: z.number().optional(),
  timeoutSeconds: z.number().optional(),
  failureThreshold: z.number().optional(),
  httpGet: z.object({ path: z.string().optional(), port: z.number().optional() }).optional(),
  tcpSocket: z.object({ port: z.number().optional() }).optional(),
  grpc: z.object({ service: z.string().optional() }).optional(),
});

const containerSchema = z.object({
  image: z.string(),
  ports: z.array(z.object({ containerPort: z.number().optional() })).optional(),
  resources: z.object({ limits: z.record(z.string(), z.string()).optional() }).optional(),
  startupProbe: probeSchema.optional(),
});

const templateSchema = z.object({
  annotations: z.record(z.string(), z.string()).optional(),
  containers: z.array(containerSchema).min(1),
  scaling: z.object({ minInstanceCount: z.number().optional(), maxInstanceCount: z.number().optional() }).optional(),
  vpcAccess: z.object({ connector: z.string().optional(), egress: z.string().optional() }).optional(),
  timeout: z.string().optional(),
});

const targetSchema = z.object({
  type: z.string().optional(),
  revision: z.string().optional(),
  percent: z.number().optional(),
  tag: z.string().optional(),
});

export const serviceSchema = z.object({
  name: z.string(),
  uri: z.string().optional(),
  /** int64: a string in JSON. */
  generation: z.string(),
  observedGeneration: z.string().optional(),
  etag: z.string(),
  reconciling: z.boolean().optional(),
  traffic: z.array(targetSchema).optional(),
  trafficStatuses: z.array(targetSchema).optional(),
  latestReadyRevision: z.string().optional(),
  latestCreatedRevision: z.string().optional(),
  terminalCondition: conditionSchema.optional(),
  template: templateSchema,
});

export const servicePageSchema = z.object({
  services: z.array(serviceSchema).optional(),
  nextPageToken: z.string().optional(),
  unreachable: z.array(z.string()).optional(),
});

const revisionSchema = z.object({
  name: z.string(),
  service: z.string().optional(),
  createTime: z.string(),
  conditions: z.array(conditionSchema).optional(),
  containers: z.array(z.object({ image: z.string() })).min(1),
});

export const revisionPageSchema = z.object({ revisions: z.array(revisionSchema).optional(), nextPageToken: z.string().optional() });

export type ServiceJson = z.infer<typeof serviceSchema>;
export type TemplateJson = z.infer<typeof templateSchema>;
export type ContainerJson = z.infer<typeof containerSchema>;
export type TargetJson = z.infer<typeof targetSchema>;
export type RevisionJson = z.infer<typeof revisionSchema>;
