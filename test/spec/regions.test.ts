import { describe, expect, test } from 'vitest';
import { loadSpec } from '../../src/spec/load.ts';
import { refusal } from './support/document.ts';

const written = (services: string, more = ''): string => `apiVersion: firebreak.dev/v1
kind: Remediation
metadata: { name: ferries }
spec:
  project: ferry-tickets
  region: europe-north1
${more}  services:
${services}`;
const BOTH = `    - { name: auth }
    - { name: booking, dependsOn: [auth] }
    - { name: auth, region: europe-west4 }
    - { name: booking, region: europe-west4, dependsOn: [auth@europe-west4] }
`;
const refused = (services: string, more = ''): readonly [string | undefined, string] => {
  const { message, fix } = refusal(written(services, more));
  return [message.split('\n')[0], fix];
};

describe('a document of two regions', () => {
  test('calls a service by its name in its own region and by NAME@REGION in another, everywhere', () => {
    const { services } = loadSpec(written(BOTH), 'remediation.yaml', {}).spec;
    expect(services.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
      ['auth', []],
      ['booking', ['auth']],
      ['auth@europe-west4', []],
      ['booking@europe-west4', ['auth@europe-west4']],
    ]);
  });

  test('may write its own region out, which changes no name', () => {
    const { services } = loadSpec(written('    - { name: auth, region: europe-north1 }\n'), 'remediation.yaml', {}).spec;
    expect(services.map(({ name }) => name)).toEqual(['auth']);
  });

  test('has a connector of one name in each', () => {
    const target = 'target: { minInstances: 2, maxInstances: 3, machineType: e2-micro }';
    const more = `  connectors:\n    - { name: c, ${target} }\n    - { name: c, region: europe-west4, ${target} }\n`;
    const { connectors } = loadSpec(written(BOTH, more), 'remediation.yaml', {}).spec;
    expect(connectors.map(({ name }) => name)).toEqual(['c', 'c@europe-west4']);
  });

  test.each([
    [
      'the same service twice in one region',
      '    - { name: auth }\n    - { name: auth, region: europe-north1 }\n',
      '9:15 spec.services[1].name: auth is already spec.services[0]',
      'give each service one entry',
    ],
    [
      'a zone for a region',
      '    - { name: auth, region: europe-west4-a }\n',
      '8:29 spec.services[0].region: "europe-west4-a" is not a legal name: a region such as us-central1, not a zone',
      'write the region alone',
    ],
    [
      'a region that comes again',
      '    - { name: auth }\n    - { name: auth, region: europe-west4 }\n    - { name: booking }\n',
      '10:15 spec.services[2].name: europe-north1 comes again after europe-west4: regions are worked on one after the other, in the order of the list',
      'put all services of europe-north1 together',
    ],
    [
      'settings from another region',
      '    - { name: auth }\n    - { name: auth, region: europe-west4, deploy: { like: auth } }\n',
      '9:59 spec.services[1].deploy.like: auth@europe-west4 would take over the network of auth, which is in europe-north1',
      'name a service of europe-west4',
    ],
    [
      'egress away from the document’s own region',
      '    - { name: auth }\n    - { name: auth, region: europe-west4, egress: private-ranges-only }\n',
      '9:51 spec.services[1].egress: egress is changed in spec.region alone, and auth@europe-west4 is in europe-west4',
      'leave it out, or write a document of its own with region: europe-west4',
    ],
    [
      'a dependency that is there in the other region alone',
      '    - { name: auth }\n    - { name: booking, region: europe-west4, dependsOn: [auth@europe-west4] }\n',
      '9:58 spec.services[1].dependsOn[0]: auth@europe-west4 is not a service of this document',
      'name one of auth, booking@europe-west4',
    ],
    [
      'a revision of another service',
      '    - { name: auth }\n    - { name: booking, region: europe-west4, pin: { revision: auth-00001-abc } }\n',
      '9:63 spec.services[1].pin.revision: auth-00001-abc is not a revision of booking@europe-west4: their names begin with booking-',
      'use a name that `gcloud run revisions list` shows for this service',
    ],
  ])('is refused for %s', (_what, services, message, fix) => {
    expect(refused(services)).toEqual([`remediation.yaml:${message}`, fix]);
  });
});
