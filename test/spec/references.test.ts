import { describe, expect, it } from 'vitest';
import { changed, expectRefusal, refusal } from './support/document.ts';
import type { RefusalCase } from './support/document.ts';

describe('what contradicts itself is refused at its place, with what to write instead', () => {
  const cases: readonly RefusalCase[] = [
    [
      'healthy for longer than there is time',
      'healthyFor: 5m',
      'healthyFor: 45m',
      '25:32 spec.services[0].stability.healthyFor: healthyFor (45m) can never be reached within 30m',
      'make `within` the longer one',
    ],
    [
      'unknown dependency',
      '[netra-auth-service]',
      '[netra-auth-servce]',
      '31:19 spec.services[1].dependsOn[0]: netra-auth-servce is not a service of this document',
      'write netra-auth-service',
    ],
    [
      'dependency on itself',
      '[netra-auth-service]',
      '[netra-backend-staging]',
      '31:19 spec.services[1].dependsOn[0]: the dependencies go round in a circle: netra-backend-staging → netra-backend-staging',
      'remove one of these dependencies',
    ],
    [
      'dependency that is deployed later',
      '[netra-auth-service]',
      '[netra-frontend-staging]',
      '31:19 spec.services[1].dependsOn[0]: netra-frontend-staging stands after netra-backend-staging, but the order of the list is the deploy order',
      'move netra-frontend-staging before netra-backend-staging',
    ],
    [
      'unknown model service',
      'like: netra-frontend-staging',
      'like: netra-frontend',
      '34:15 spec.services[1].deploy.like: netra-frontend is not a service of this document',
      'write netra-frontend-staging',
    ],
    [
      'its own model',
      'like: netra-frontend-staging',
      'like: netra-backend-staging',
      '34:15 spec.services[1].deploy.like: a service cannot take its settings from itself',
      'name the service that works, or remove `like` to keep its own settings',
    ],
    [
      'revision of another service',
      'revision: netra-backend-staging-00750-69k',
      'revision: netra-auth-service-00001-abc',
      '32:24 spec.services[1].pin.revision: netra-auth-service-00001-abc is not a revision of netra-backend-staging: their names begin with netra-backend-staging-',
      'use a name that `gcloud run revisions list` shows for this service',
    ],
    [
      'unknown machine type',
      'machineType: e2-standard-4',
      'machineType: e2-standard-8',
      '18:63 spec.connector.target.machineType: must be one of f1-micro, e2-micro, e2-standard-4; found text "e2-standard-8"',
      'write e2-standard-4',
    ],
    [
      'half an instance',
      'minInstances: 3',
      'minInstances: 2.5',
      '18:29 spec.connector.target.minInstances: expected a whole number, found 2.5',
      'write a whole number',
    ],
    [
      'bounds the wrong way round',
      'minInstances: 3',
      'minInstances: 20',
      '18:29 spec.connector.target.minInstances: 20 is more than maxInstances (15)',
      'make minInstances the smaller one',
    ],
    [
      'zone for a region',
      'region: us-central1',
      'region: us-central1-a',
      '10:11 spec.region: "us-central1-a" is not a legal name: a region such as us-central1, not a zone',
      'write the region alone',
    ],
    [
      'name that leaves its folder',
      'name: issue-1278',
      'name: ../../etc',
      '7:9 metadata.name: "../../etc" is not a legal name: lower-case letters, digits and dashes, at most 63 characters',
      'write a name such as issue-1278',
    ],
    [
      'other version',
      'firebreak.dev/v1',
      'firebreak.dev/v2',
      '4:13 apiVersion: this version reads firebreak.dev/v1, not "firebreak.dev/v2"',
      'write apiVersion: firebreak.dev/v1',
    ],
    [
      'other kind',
      'kind: Remediation',
      'kind: Deployment',
      '5:7 kind: this version reads Remediation, not "Deployment"',
      'write kind: Remediation',
    ],
    [
      'value nobody saved',
      '${token}',
      '${tokn}',
      '72:35 spec.validation.goldenPath[1].headers.authorization: ${tokn} is not known at this step: earlier steps save token',
      'add it to `save` of an earlier step',
    ],
    [
      'network path as a path',
      'path: /ws',
      'path: //evil.example',
      '76:13 spec.validation.webSocket.path: "//evil.example" is not a path',
      'write a path that begins with one slash, such as /health',
    ],
    [
      'health address that is none',
      'url: /health',
      'url: health',
      '27:18 spec.services[0].health[0].url: not an absolute http(s) address',
      'write it whole, such as https://example.com/hook',
    ],
    ['no services', 'services:', 'services: []\n  x-rest:', '21:13 spec.services: needs at least 1 entry', 'add or remove entries'],
    ['tab', '  observe:', '\tobserve:', '11:1: a tab is used as indentation, which YAML does not allow', 'indent with spaces'],
    [
      'duplicate key',
      '  region: us-central1',
      '  region: us-central1\n  region: us-east1',
      '11:3: this key stands twice in the same mapping, so one of the two would be lost',
      'keep one of them',
    ],
    [
      'second document',
      'kind: Remediation',
      'kind: Remediation\n---\nkind: Remediation',
      '6:1: a second document begins here; one file holds one document',
      'remove the `---` or put the second document into a file of its own',
    ],
    [
      'broken syntax',
      'webhooks: []',
      'webhooks: [',
      '119:3: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
      'mend the syntax at this place: often a line is indented otherwise than its neighbours, or a text with a colon, # or a bracket lacks quotes',
    ],
  ];

  it.each(cases)('%s', (...refused) => expectRefusal(refused));

  it('names every service of a longer circle, once', () => {
    const text = changed('role: auth\n', 'role: auth\n      dependsOn: [netra-backend-staging]\n');
    expect(refusal(text).message).toContain('netra-auth-service → netra-backend-staging → netra-auth-service');
    expect(refusal(text).message.split('circle')).toHaveLength(2);
  });

  it('refuses the one name that every object has a property of', () => {
    const { message } = refusal(changed('    - name: netra-auth-service', '    - name: constructor'));
    expect(message).toContain('spec.services[0].name: a service called constructor cannot be worked on');
  });

  it('names the second of two services of one name', () => {
    expect(refusal(changed('    - name: netra-auth-service', '    - name: netra-frontend-staging')).message).toContain(
      'spec.services[2].name: netra-frontend-staging is already spec.services[0]',
    );
  });
});
