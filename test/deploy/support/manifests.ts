import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { ROOT } from '../../architecture/source.ts';

/** The parts of Kubernetes' and Cloud Run's job schemas that our manifests use; any other key is a mistake or wants a decision. */
const metadata = z.strictObject({
  name: z.string().regex(/^[a-z][-a-z0-9]{0,62}$/),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

const quantities = z.strictObject({ cpu: z.string().regex(/^\d+m?$/), memory: z.string().regex(/^\d+(?:Mi|Gi)$/) });

const container = z.strictObject({
  name: z.string(),
  image: z.string().regex(/[:@][^:@/]+$/, 'must name a tag or digest'),
  args: z.array(z.string()),
  env: z.array(
    z.strictObject({
      name: z.string(),
      value: z.string().optional(),
      valueFrom: z
        .union([
          z.strictObject({ fieldRef: z.strictObject({ fieldPath: z.string() }) }),
          z.strictObject({ secretKeyRef: z.strictObject({ name: z.string(), key: z.string() }) }),
        ])
        .optional(),
    }),
  ),
  resources: z.strictObject({ requests: quantities.optional(), limits: quantities }),
  volumeMounts: z.array(z.strictObject({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() })),
});

const hardened = container.extend({
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
});

/** Knative form, as `gcloud run jobs replace` takes it; gcp-facts 8 for the limits. No annotations: no VPC access. */
export const cloudRunJob = z.strictObject({
  apiVersion: z.literal('run.googleapis.com/v1'),
  kind: z.literal('Job'),
  metadata,
  spec: z.strictObject({
    template: z.strictObject({
      spec: z.strictObject({
        taskCount: z.int().min(1).max(10_000),
        template: z.strictObject({
          spec: z.strictObject({
            serviceAccountName: z.string(),
            timeoutSeconds: z.int().min(1).max(604_800),
            maxRetries: z.int().min(0).max(10),
            containers: z.tuple([container]),
            volumes: z.array(
              z.strictObject({
                name: z.string(),
                csi: z.strictObject({
                  driver: z.literal('gcsfuse.run.googleapis.com'),
                  readOnly: z.literal(true),
                  volumeAttributes: z.strictObject({ bucketName: z.string() }),
                }),
              }),
            ),
          }),
        }),
      }),
    }),
  }),
});

const podTemplate = z.strictObject({
  metadata: z.strictObject({ labels: z.record(z.string(), z.string()) }),
  spec: z.strictObject({
    serviceAccountName: z.string(),
    restartPolicy: z.literal('Never'),
    terminationGracePeriodSeconds: z.int().min(10),
    securityContext: z.strictObject({
      runAsNonRoot: z.literal(true),
      runAsUser: z.int().positive(),
      runAsGroup: z.int().positive(),
      seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
    }),
    containers: z.tuple([hardened]),
    volumes: z.array(z.strictObject({ name: z.string(), configMap: z.strictObject({ name: z.string() }) })),
  }),
});

const podFailurePolicy = z.strictObject({
  rules: z.array(
    z.strictObject({
      action: z.enum(['Ignore', 'FailIndex', 'FailJob', 'Count']),
      onPodConditions: z.array(z.strictObject({ type: z.string() })).optional(),
      onExitCodes: z
        .strictObject({ containerName: z.string(), operator: z.enum(['In', 'NotIn']), values: z.array(z.int().positive()) })
        .optional(),
    }),
  ),
});

export const kubernetesJob = z.strictObject({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('Job'),
  metadata,
  spec: z.strictObject({
    completionMode: z.literal('Indexed'),
    completions: z.int().positive(),
    parallelism: z.int().positive(),
    backoffLimitPerIndex: z.int().nonnegative(),
    activeDeadlineSeconds: z.int().positive(),
    podFailurePolicy,
    template: podTemplate,
  }),
});

export const kubernetesCronJob = z.strictObject({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('CronJob'),
  metadata,
  spec: z.strictObject({
    schedule: z.string().regex(/^(?:\S+ ){4}\S+$/),
    concurrencyPolicy: z.literal('Forbid'),
    startingDeadlineSeconds: z.int().positive(),
    successfulJobsHistoryLimit: z.int().nonnegative(),
    failedJobsHistoryLimit: z.int().nonnegative(),
    jobTemplate: z.strictObject({
      spec: z.strictObject({ backoffLimit: z.int().nonnegative(), activeDeadlineSeconds: z.int().positive(), template: podTemplate }),
    }),
  }),
});

export const kubernetesAccount = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('ServiceAccount'),
  metadata,
});

/** The documents of a manifest below deploy/, with its placeholders filled in the way the file tells a person to, and then `edited`. */
export function readManifest(file: string, edited: (text: string) => string = (text) => text): readonly unknown[] {
  return parseAllDocuments(edited(filledIn(file))).map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    return document.toJS() as unknown;
  });
}

export function filledIn(file: string): string {
  return readFileSync(`${ROOT}deploy/${file}`, 'utf8')
    .replaceAll(/\bPROJECT\b/g, 'my-project')
    .replaceAll(/\bREGION\b/g, 'us-central1');
}

/** As the head of the manifest tells a person whose document has capacity.startRun: each marked line takes the place of the one above it. */
export function startingRuns(text: string): string {
  return text.replaceAll(/^( *)[^#\n]*\n *# with startRun: (.+)$/gm, '$1$2');
}

/** With the example of a secret switched on: the comment signs before it are taken away. */
export function withSecret(text: string): string {
  return text.replace(/^( *)# (- name: SLACK_WEBHOOK\n)((?:\1# {3}.+\n)+)/m, (_, indent: string, head: string, rest: string) => {
    const lines = rest.replaceAll(`${indent}# `, indent);
    return `${indent}${head}${lines}`;
  });
}
