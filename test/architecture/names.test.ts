import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { sourceFiles } from './source.ts';

/**
 * Words of this house's own, each with the word that an SRE or a TypeScript programmer would look for. Files and what they export
 * are named in words of the field; inside a function a short word of one's own harms nobody. The list only grows.
 */
const HOUSE_WORDS: Readonly<Record<string, string>> = {
  absorb: 'schedule',
  agenda: 'event-queue',
  crew: 'worker-pool',
  debt: 'pending effect',
  disclosed: 'mask-value',
  doctor: 'report',
  door: 'load-balancer, rejected-probes',
  endings: 'instance-exits',
  fate: 'crash-decision',
  forbidden: 'write-blocked',
  heed: 'apply, try',
  inform: 'notify',
  'keep-up': 'channel-catch-up',
  lazily: 'lazy',
  levers: 'connector-options',
  life: 'incarnation',
  living: 'crashable',
  logbook: 'log-reader',
  lookout: 'observe',
  meter: 'metric-recorder',
  outsiders: 'hostile-text',
  owed: 'pending',
  paced: 'cached-read',
  patience: 'retry',
  patiently: 'retry',
  saying: 'notifying',
  shelf: 'bucket-objects',
  steer: 'send-command',
  surroundings: 'iam-and-network, resources, environment',
  survive: 'run-with-kills',
  survived: 'run-with-kills',
  taking: 'command-receipt',
  unheard: 'undelivered',
  unspecified: 'spec-for-capture',
  vector: 'traffic split',
  vigil: 'missed-time',
  voices: 'failure-logs',
  whys: 'five-whys',
  wish: 'desired',
  wishes: 'desired, overrides',
};

/** Names that hold such a word in a sense of the field's own, or that others have: each with the reason. */
const ALLOWED: Readonly<Record<string, string>> = {
  fiveWhys: 'the method is called so',
  'five-whys': 'the method is called so',
};

test('files and what they export are named in words of the field', () => {
  const found = sourceFiles(['src', 'machines']).flatMap(({ path }) => {
    const names = [basename(path).replace(/\.ts$/, ''), ...exportedNames(readFileSync(path, 'utf8'))];
    return names.flatMap((name) => houseWordsIn(name).map((word) => `${path}: ${name} (${word}: ${HOUSE_WORDS[word]})`));
  });
  expect(found).toEqual([]);
});

test.each(['OwedWork', 'steerOptions', 'living-ports', 'NO_WISH', 'keepUp', 'whysOf', 'SEEN_SURROUNDINGS'])(
  'sees the house word in %s',
  (name) => {
    expect(houseWordsIn(name)).not.toEqual([]);
  },
);

test.each(['parameters', 'allowed', 'lifecycle', 'PendingEffects', 'retryTransient', 'fiveWhys'])('sees none in %s', (name) => {
  expect(houseWordsIn(name)).toEqual([]);
});

function exportedNames(code: string): readonly string[] {
  const declared = code.matchAll(
    /^export (?:default )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm,
  );
  return Array.from(declared, ([, name = '']) => name);
}

/** `NO_WISH`, `steerOptions` and `keep-up` as their words, and as their pairs of words. */
function houseWordsIn(name: string): readonly string[] {
  if (name in ALLOWED) return [];
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_.]/);
  const pairs = words.slice(1).map((word, index) => `${words[index]}-${word}`);
  return [...words, ...pairs].filter((word) => Object.hasOwn(HOUSE_WORDS, word));
}
