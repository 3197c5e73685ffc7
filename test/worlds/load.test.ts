import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import { listScenarios } from '../../src/simulator/scenario.ts';
import { loadWorld } from '../../src/worlds/load.ts';

const BARE = `project: my-project
region: us-central1
services:
  - name: my-service
    load: { requestsPerSecond: 5 }
    revisions:
      - { name: my-service-00001-abc, image: a/b, running: { ready: 2 } }
`;

function refusal(text: string): UserError {
  try {
    loadWorld(text, 'world.yaml');
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('the world was accepted');
}

const changed = (from: string | RegExp, to: string): string => {
  expect(BARE).toMatch(from);
  return BARE.replace(from, to);
};

describe('a world', () => {
  it('may stand bare: everything around it has a default, and no end is wrong', () => {
    const { scenario, expects } = loadWorld(BARE, 'world.yaml');
    expect(scenario).toMatchObject({ name: 'world', seed: 1, faults: [], people: [], world: { connectors: [], databases: [] } });
    expect(scenario.world.services[0]).toMatchObject({ role: 'other', traffic: [{ latest: true, percent: 100 }] });
    expect(expects).toBe(false);
  });

  it('may be a whole scenario, which says how it ends, or begin with one that comes with Firebreak', () => {
    const { scenario, expects } = loadWorld('base: issue-1278\nname: mine\nexpect: { outcome: escalated }\n', 'world.yaml');
    expect([scenario.name, scenario.seed, scenario.world.project, expects]).toEqual(['mine', 1278, 'netra-staging', true]);
  });

  it.each(listScenarios().map(({ name }) => name))('may be written as the scenario %s is', (name) => {
    const text = readFileSync(new URL(`../../src/simulator/scenarios/${name}.yaml`, import.meta.url), 'utf8');
    expect(loadWorld(text, `${name}.yaml`)).toMatchObject({ scenario: { name }, expects: true });
  });
});

describe('a stranger’s mistake is named with its place, what is wrong, and the mend', () => {
  const cases: readonly (readonly [rule: string, text: string, message: string, fix: RegExp])[] = [
    ['an empty file', '', 'world.yaml: the file is empty; a world was expected', /^start from deploy\/examples\/notes\/world\.yaml/],
    ['nothing but comments', '# soon\n', 'world.yaml: the file is empty; a world was expected', /^start from /],
    ['a list', '- a\n', 'world.yaml:1:1: not a world: a world has `project`, `region` and `services`', /^start from /],
    ['something else', 'foo: 1\n', 'world.yaml:1:1: not a world', /^start from /],
    ['a document', readExample('minimal.yaml'), 'world.yaml:3:1: this is a Remediation document, not a world', /^give it with -f/],
    ['a huge file', 'a'.repeat(1_100_000), 'world.yaml: 1100000 bytes; a document has at most 1048576', /^give the world itself/],
    ['a thing in itself', 'project: &a { b: *a }\n', 'world.yaml: the document is nested too deeply', /let no alias contain itself$/],
    ['a tab', '\tproject: x\n', 'world.yaml:1:1: a tab is used as indentation', /^indent with spaces$/],
    ['an unknown base', 'base: isue-1278\n', 'world.yaml:1:7 base: There is no scenario "isue-1278"', /^Did you mean issue-1278\?/],
    [
      'an unknown key',
      changed('load', 'laod'),
      'world.yaml:5:5 services[0].laod: unknown key; the nearest known key is load',
      /^write load$/,
    ],
    [
      'a missing key',
      changed(/ {4}load.*\n/, ''),
      'world.yaml:4:5 services[0].load: required, but missing',
      /^add load: \{ requestsPerSecond: 5 \}$/,
    ],
    [
      'a name',
      changed('name: my-service\n', 'name: My_Service\n'),
      'world.yaml:4:11 services[0].name: must be lower case',
      /^write it as my-service$/,
    ],
    [
      'text for a number',
      changed('5 }', 'five }'),
      'world.yaml:5:32 services[0].load.requestsPerSecond: expected a number, found text "five"',
      /^write the bare/,
    ],
    [
      'a number out of range',
      changed('5 }', '-5 }'),
      'world.yaml:5:32 services[0].load.requestsPerSecond: -5 is out of range',
      /^write at least 0$/,
    ],
    [
      'a bare duration',
      changed('image: a/b', 'image: a/b, createdBefore: 3'),
      'world.yaml:7:66 services[0].revisions[0].createdBefore: expected text, found 3',
      /has a unit, such as 3s$/,
    ],
    [
      'no duration',
      changed('image: a/b', 'image: a/b, createdBefore: soon'),
      'world.yaml:7:66 services[0].revisions[0].createdBefore: "soon" is not a duration such as 90s',
      /./,
    ],
    [
      'a kind',
      changed('image: a/b', 'image: a/b, defect: { kind: missing-modul }'),
      'world.yaml:7:67 services[0].revisions[0].defect.kind: must be one of missing-module, exits,',
      /^write missing-module$/,
    ],
    [
      'no kind',
      changed('image: a/b', 'image: a/b, defect: {}'),
      'world.yaml:7:59 services[0].revisions[0].defect.kind: required, but missing',
      /^add kind: missing-module, or exits, or /,
    ],
    [
      'an unknown connector',
      changed('image: a/b', 'image: a/b, connector: c'),
      'world.yaml:7:62 services[0].revisions[0].connector: no connector c here; known: none',
      /^add a connector of this name/,
    ],
    [
      'traffic',
      `${BARE}    traffic: [{ revision: my-service-00001-abd, percent: 90 }]\n`,
      'world.yaml:8:14 services[0].traffic: percents sum to 90, not to 100',
      /^share out exactly 100/,
    ],
    [
      'two of a name',
      `${BARE}${BARE.slice(BARE.indexOf('  - name'))}`,
      'world.yaml:8:11 services[1].name: my-service stands here twice',
      /^give each its own name$/,
    ],
    [
      'a circle',
      `${BARE}    application: { needs: [my-service] }\n`,
      'world.yaml:8:27 services[0].application.needs: goes in a circle: my-service needs my-service',
      /^leave out one of them/,
    ],
    [
      'no instant',
      `startAt: monday\nworld: ${JSON.stringify({ project: 'p', region: 'r' })}\n`,
      'world.yaml:1:10 startAt: text "monday" is not an instant',
      /^write it as 2025-09-15T20:03:00Z$/,
    ],
  ];

  it.each(cases)('%s', (_, text, message, fix) => {
    const error = refusal(text);
    expect(error.message.split('\n')[0]).toContain(message);
    expect(error.fix).toMatch(fix);
    expect(error.exitCode).toBe(2);
    expect(error.message).not.toMatch(/spec\.|Remediation document was/);
  });
});

function readExample(name: string): string {
  return readFileSync(new URL(`../../deploy/examples/${name}`, import.meta.url), 'utf8');
}
