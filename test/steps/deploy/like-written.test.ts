import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ServiceState } from '../../../src/core/model/observation.ts';
import type { DeploySpec } from '../../../src/core/model/spec.ts';
import { diffLines, settingsChanges } from '../../../src/core/service/changes.ts';
import { templateFields } from '../../../src/core/service/fields.ts';
import { ServiceSettings } from '../../../src/core/service/settings.ts';
import { deployCommands } from '../../../src/steps/deploy/commands.ts';
import { deployChanges, deployDiff } from '../../../src/steps/deploy/diff.ts';
import { trafficInForce } from '../../../src/planning/traffic-split.ts';
import { simulatedCloud } from '../../gcp/support/rehearsal-cloud.ts';

const PLACE = { project: 'netra-staging', region: 'us-central1' };
const BACKEND = 'netra-backend-staging';
const FRONTEND = 'netra-frontend-staging';
const MARK = '+ annotation firebreak.dev/change (makes a new revision)';

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
/** Without the fields that are undefined, as a body of JSON. */
const asJson = (value: unknown): Record<string, unknown> => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

const port = fc.constantFrom(3000, 8000, 8080);
const probe = (way: fc.Arbitrary<Record<string, unknown>>) =>
  fc
    .tuple(
      way,
      fc.record({
        initialDelaySeconds: maybe(fc.integer({ min: 0, max: 9 })),
        periodSeconds: maybe(fc.integer({ min: 2, max: 20 })),
        failureThreshold: maybe(fc.integer({ min: 1, max: 30 })),
      }),
    )
    .map(([of, times]) => ({ ...times, ...of }));
const way = fc.oneof(
  port.map((of) => ({ tcpSocket: { port: of } })),
  port.map((of) => ({ grpc: { port: of, service: 'health' } })),
  fc.tuple(fc.constantFrom('/health', '/a,b'), maybe(port)).map(([path, of]) => ({ httpGet: { path, port: of } })),
  port.map((of) => ({ httpGet: { path: '/h', port: of, httpHeaders: [{ name: 'X-Probe', value: 'hunter2' }] } })),
);

const template = fc
  .record({
    limits: maybe(
      fc.record({
        cpu: maybe(fc.constantFrom('1', '2')),
        memory: maybe(fc.constantFrom('512Mi', '1Gi')),
        'nvidia.com/gpu': maybe(fc.constant('1')),
      }),
    ),
    cpuIdle: maybe(fc.boolean()),
    startupCpuBoost: maybe(fc.boolean()),
    startupProbe: maybe(probe(way)),
    livenessProbe: maybe(probe(way)),
    readinessProbe: maybe(probe(way)),
    containerPort: port,
    scaling: maybe(
      fc.record({ minInstanceCount: maybe(fc.integer({ min: 0, max: 3 })), maxInstanceCount: maybe(fc.integer({ min: 5, max: 9 })) }),
    ),
    egress: maybe(fc.constantFrom('ALL_TRAFFIC', 'PRIVATE_RANGES_ONLY')),
    connected: fc.boolean(),
    env: fc.dictionary(fc.constantFrom('MODE', 'REDIS_HOST', 'API_KEY'), fc.constantFrom('', 'a,b', '10.0.0.1', 'hunter2')),
    timeout: fc.constantFrom('60s', '300s'),
    maxInstanceRequestConcurrency: maybe(fc.integer({ min: 1, max: 80 })),
    labels: maybe(fc.record({ team: fc.constantFrom('a', 'b') })),
    sidecar: fc.boolean(),
  })
  .map((made) =>
    asJson({
      containers: [
        ...(made.sidecar ? [{ name: 'sidecar', image: 'gcr.io/p/sidecar:1', resources: { limits: { cpu: '1' } } }] : []),
        {
          ...(made.sidecar ? { name: 'app' } : {}),
          image: 'gcr.io/p/app:1',
          ports: [{ containerPort: made.containerPort }],
          env: [
            ...Object.entries(made.env).map(([name, value]) => ({ name, value })),
            { name: 'KEY', valueSource: { secretKeyRef: { secret: 'netra-secret', version: '1' } } },
          ],
          resources: { limits: made.limits, cpuIdle: made.cpuIdle, startupCpuBoost: made.startupCpuBoost },
          startupProbe: made.startupProbe,
          livenessProbe: made.livenessProbe,
          readinessProbe: made.readinessProbe,
        },
      ],
      scaling: made.scaling,
      vpcAccess: made.connected
        ? { connector: `projects/${PLACE.project}/locations/${PLACE.region}/connectors/staging-connector`, egress: made.egress }
        : undefined,
      timeout: made.timeout,
      maxInstanceRequestConcurrency: made.maxInstanceRequestConcurrency,
      labels: made.labels,
    }),
  );

const deploy = fc.record({
  like: fc.constantFrom(null, FRONTEND),
  image: fc.constantFrom(null, 'gcr.io/p/app:1', 'gcr.io/p/app:2'),
  env: fc.dictionary(fc.constantFrom('MODE', 'EXTRA', 'API_KEY'), fc.constantFrom('', "it's; $(x)", 'a,b@c;d', '10.0.0.1')),
}) satisfies fc.Arbitrary<DeploySpec>;

const seeded = (seed: number, numRuns: number) => ({ seed, numRuns });

describe('what a plan shows of a deploy', () => {
  test('is, line by line, how the service differs after the write', { timeout: 300_000 }, async () => {
    const { cloud, simulator, go } = await simulatedCloud();
    const path = (service: string) => `/v2/projects/${PLACE.project}/locations/${PLACE.region}/services/${service}`;
    const given = async (service: string, template: Record<string, unknown>): Promise<ServiceState> => {
      const request = { method: 'PATCH', path: `${path(service)}?updateMask=template`, headers: {}, body: JSON.stringify({ template }) };
      const answer = await simulator.handle(request);
      expect(answer.status, answer.body).toBe(200);
      return go(cloud.run.getService(service));
    };
    let key = 0;
    await fc.assert(
      fc.asyncProperty(template, template, deploy, async (own, other, wish) => {
        const like = await given(FRONTEND, other);
        const before = await given(BACKEND, own);
        const shown = deployDiff(deployChanges(before, wish, wish.like === null ? null : like), wish);
        key += 1;
        await go(cloud.run.deploy(BACKEND, { key: `run/${key}`, etag: before.etag, deploy: wish, keepTraffic: trafficInForce(before) }));
        const after = await go(cloud.run.getService(BACKEND));
        expect(after.changeKey).toBe(`run/${key}`);
        expect([...diffLines(settingsChanges(before.settings, after.settings), wish.env), MARK]).toEqual(shown);
        expect(shown.join('\n')).not.toContain('hunter2');
      }),
      seeded(1278, 150),
    );
  });

  test('is what its gcloud command sets, but for the fields that a comment names', () => {
    fc.assert(
      fc.property(template, template, deploy, (own, other, wish) => {
        const [before, like] = [stateOf(own), stateOf(other)];
        const changes = deployChanges(before, wish, wish.like === null ? null : like);
        const [command = '', comment = '', ...shifts] = deployCommands(before, changes, { shares: [10, 100], place: PLACE });
        const wanted = new Map(templateFields(own));
        for (const { field, is } of changes)
          if (is === undefined) wanted.delete(field);
          else wanted.set(field, is);
        const named = comment
          .replace('# gcloud has no flag for: ', '')
          .split('; ')
          .map((each) => each.replace(/ \(.*\)$/, ''));
        const set = applied(templateFields(own), words(command));
        const left = [...new Set([...wanted.keys(), ...set.keys()])].filter(
          (field) => !isDeepStrictEqual(filled(field, wanted.get(field)), filled(field, set.get(field))),
        );
        expect([...left, 'annotation firebreak.dev/change'].toSorted()).toEqual(named.toSorted());
        expect(left.every((field) => changes.some((change) => change.field === field))).toBe(true);
        expect(command).toContain('--no-traffic');
        expect(shifts.join('\n')).toMatch(/--to-tags=firebreak=10\n.*--to-tags=firebreak=100\n.*--remove-tags=firebreak/);
      }),
      seeded(1278, 60),
    );
  });
});

function stateOf(own: Record<string, unknown>): ServiceState {
  return {
    name: BACKEND,
    template: { image: 'gcr.io/p/app:1' },
    settings: ServiceSettings.of({ template: own }),
  } as unknown as ServiceState;
}

/** As a shell reads it. */
function words(command: string): readonly string[] {
  return execFileSync('sh', ['-c', `for word in ${command}; do printf '%s\\0' "$word"; done`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

/** What `gcloud run deploy` makes of these flags (`gcloud run deploy --help`). */
function applied(before: ReadonlyMap<string, unknown>, [...argv]: readonly string[]): ReadonlyMap<string, unknown> {
  const fields = new Map(before);
  const put = (field: string, value: unknown): void => void (value === undefined ? fields.delete(field) : fields.set(field, value));
  for (const word of argv.slice(4)) {
    const [, flag = '', value = ''] = /^(--[\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (flag === '--image') put('image', value);
    else if (flag === '--cpu' || flag === '--memory') put(flag.slice(2), value);
    else if (flag === '--gpu') put('limit nvidia.com/gpu', value);
    else if (flag === '--min-instances') put('minInstances', value === 'default' ? undefined : Number(value));
    else if (flag === '--max-instances') put('maxInstances', value === 'default' ? undefined : Number(value));
    else if (flag === '--vpc-egress') put('egress', value.toUpperCase().replaceAll('-', '_'));
    else if (/^--(no-)?cpu-throttling$/.test(flag)) put('cpuIdle', flag.startsWith('--no') ? undefined : true);
    else if (/^--(no-)?cpu-boost$/.test(flag)) put('startupCpuBoost', flag.startsWith('--no') ? undefined : true);
    else if (/^--(startup|liveness)-probe$/.test(flag)) put(flag.slice(2).replace('-probe', 'Probe'), probeOf(pairs(value)));
    else if (flag === '--update-env-vars') for (const [name, said] of pairs(value)) put(`env ${name}`, said);
    else if (!['--project', '--region', '--no-traffic', '--tag', '--container'].includes(flag)) throw new Error(`no such flag: ${word}`);
  }
  return fields;
}

function pairs(text: string): readonly (readonly [string, string])[] {
  const [, separator = ',', rest = text] = /^\^(.+?)\^(.*)$/s.exec(text) ?? [];
  return rest.split(separator).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
}

/** A probe with what Google takes where it does not say. */
function filled(field: string, value: unknown): unknown {
  if (!field.endsWith('Probe') || value === undefined) return value;
  return { timeoutSeconds: 1, periodSeconds: 10, failureThreshold: 3, ...(value as object) };
}

function probeOf(said: readonly (readonly [string, string])[]): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [key, value] of said) {
    const [outer = '', inner] = key.split('.');
    const typed = /^\d+$/.test(value) ? Number(value) : value;
    if (typed === 0) continue;
    if (inner === undefined) made[outer] = typed;
    else made[outer] = { ...(made[outer] as object | undefined), [inner]: typed };
  }
  return made;
}
