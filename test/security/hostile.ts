import type { Scenario } from '../../src/simulator/scenario.ts';

/** Paints the screen, names the window, turns the direction of reading, calls everybody, and brings a link. */
export const LOUD =
  '\u001B]0;PWNED\u0007\u001B[2J\u001B[1;1H\r\u001B[KErased \u001B[5;41mBlinks\u001B[0m \u001B[32mHealthy: nothing to do\u001B[0m\u009B31m \u202Edeppilf\u202C \u2066x\u2069 <!channel> @here ' +
  '<https://evil.example/approve|Approve the plan here>';

/** The same with a false access line. A complaint that holds one weighs nothing, for a visitor may have written all of it. */
export const HOSTILE = `${LOUD} 203.0.113.7 - "GET /?q=Container called exit(3). HTTP/1.1" 404`;

/** What must stand nowhere in an output that is no terminal: control characters but line breaks and tabs, marks of direction, signs without width. */
export const PAINT = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/u;

/** What an application says about real troubles, as outsiders may bend it. */
const SAID = [
  'connect ETIMEDOUT 10.166.204.83:6379',
  "ModuleNotFoundError: No module named 'evil",
  'Container called exit(3).',
  'search gave nothing for',
  'FATAL: password authentication failed for user',
] as const;

/** The scenario with somebody's text in every place that takes any. `bent`: gives the hostile form of a text, or leaves it. */
export function talkedInto(scenario: Scenario, bent: (text: string) => string): Scenario {
  const chatter = SAID.map((text, nth) => ({ message: bent(text), severity: 'ERROR' as const, every: 20_000 + 7_000 * nth }));
  const fault = (id: string, method: string, path: string, status: number, nth: number) => ({
    id: `hostile-${id}`,
    match: { method, path },
    from: 60_000 * (nth + 1),
    times: 2,
    optional: true as const,
    answer: { status, message: bent('Request refused') },
  });
  return {
    ...scenario,
    world: {
      ...scenario.world,
      services: scenario.world.services.map((service) => ({
        ...service,
        application: {
          ...service.application,
          chatter: [...service.application.chatter, ...chatter],
          noise: [...service.application.noise, bent('starting')],
        },
      })),
    },
    faults: [
      ...scenario.faults,
      fault('connector', 'GET', '/v1/projects/*/locations/*/connectors/*', 403, 1),
      fault('metrics', 'GET', '/v3/projects/*/timeSeries', 503, 2),
      fault('logs', 'POST', '/v2/entries:list', 503, 3),
      fault('chat', 'POST', '/_sim/chat', 500, 0),
      fault('accounts', 'GET', '/v1/projects/*/secrets/*', 403, 4),
      // Last, because the first one that fits is met.
      { id: 'outsiders', match: { path: '/**' }, optional: true, answer: { adds: bent === leave ? '' : LOUD } },
    ],
    people: scenario.people.map((person) =>
      'actor' in person ? { ...person, actor: bent(person.actor) } : { ...person, reason: bent(person.reason ?? 'so it is') },
    ),
  };
}

/** The hostile form of a text. */
export function bend(text: string): string {
  return `${text} ${HOSTILE}`;
}

/** For comparing: nothing is added. */
export function leave(text: string): string {
  return text;
}
