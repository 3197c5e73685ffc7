import { expect, test } from 'vitest';
import { createTurnedDown, turnedDownWords } from '../../../src/diagnosis/capture/turned-down.ts';

test.each(['__proto__', 'constructor', 'toString'])('a service that a capture calls %s is one like any other', (name) => {
  const counts = createTurnedDown();
  for (let sent = 0; sent < 6; sent += 1) counts.add(name, 'CloudPubSub-Google', 400);
  const said = turnedDownWords(counts.byService(), () => undefined);
  expect(said.map(({ words }) => words.slice(0, 60))).toEqual([
    `6 of 6 pushes of Pub/Sub (by their user agent) to ${name} were answered`.slice(0, 60),
  ]);
  expect(Object.hasOwn(Object.prototype, 'Pub/Sub')).toBe(false);
});
