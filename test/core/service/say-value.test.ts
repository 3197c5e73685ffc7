import { expect, test } from 'vitest';
import { diffLines, templateChanges } from '../../../src/core/service/changes.ts';
import { sayValue } from '../../../src/core/service/say-value.ts';

const SECRET = 'hunter2-S3cr3t';

test.each([
  ['a hyphened annotation', { annotations: { 'acme.dev/api-key': SECRET } }],
  ['an annotation that holds a URL with a password', { annotations: { 'acme.dev/db': `postgres://u:${SECRET}@h/db` } }],
  ['what kubectl applied last', { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"value":"${SECRET}"}` } }],
  ['a label', { labels: { 'x-api-key': SECRET } }],
  ['a probe’s query', { containers: [{ startupProbe: { httpGet: { path: `/health?token=${SECRET}` } } }] }],
  ['a probe’s header', { containers: [{ startupProbe: { httpGet: { httpHeaders: [{ name: 'X-Api-Key', value: SECRET }] } } }] }],
  ['a volume', { volumes: [{ name: 'v', csi: { volumeAttributes: { password: SECRET } } }] }],
  ['something that Google adds tomorrow', { newThing: { list: [{ password: SECRET }] } }],
  ['an argument after its flag', { containers: [{ args: ['--db-password', '12345678', SECRET] }] }],
  ['a description', { description: `pw ${SECRET}` }],
  ['a webhook', { containers: [{ env: [{ name: 'SLACK_WEBHOOK_URL', value: `https://hooks.example.com/services/${SECRET}` }] }] }],
])('the diff of %s tells that it differs, and not what it is', (_what, template) => {
  const lines = diffLines(templateChanges({ containers: [{}] }, { containers: [{}], ...template }));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join('\n')).not.toContain(SECRET);
  expect(lines.join('\n')).not.toContain('12345678');
  expect(lines.join('\n')).toContain('…');
});

test.each([
  ['image', 'europe-docker.pkg.dev/p/r/backend:1', 'europe-docker.pkg.dev/p/r/backend:1'],
  ['maxInstances', 80, '80'],
  ['annotation run.googleapis.com/cpu-throttling', 'false', 'false'],
  ['label team', 'platform', 'platform'],
  ['timeout', '300s', '300s'],
  ['args', ['--port', '8080'], '--port 8080'],
  ['volume certs', { secret: { secret: 'tls-cert' } }, 'secret tls-cert'],
])('%s is told as it is', (field, value, told) => {
  expect(sayValue(field, value, {})).toBe(told);
});
