import { describe, expect, it } from 'vitest';
import { EVENTS, createServices, say } from './support/real-services.ts';
import type { Misbehaviour } from './support/real-services.ts';
import { becauseOf, validated } from './support/validated.ts';

const EVENTS_CHECK = '5 events in order';
const [STARTED = '', THINKING = '', EXECUTING = '', COMPLETED = '', DONE = ''] = EVENTS;

describe('each way to go wrong is a finding of its own', () => {
  it.each<readonly [string, Misbehaviour, string, string]>([
    ['nothing', {}, EVENTS_CHECK, `pass: ${EVENTS.join(' → ')}, slowest after 0ms`],
    ['a hanging endpoint', { hangs: '/health/ready' }, 'netra-backend-staging /health/ready', 'fail: hangs: no answer within 8s'],
    [
      'an endpoint that answers 503',
      { status: ['/health/ready', 503] },
      'netra-auth-service /health/ready',
      'fail: HTTP 503 after 0ms, expected 200',
    ],
    ['a hanging login', { hangs: '/auth/login' }, 'log in', 'fail: hangs: no answer within 8s'],
    ['what follows a broken step', { hangs: '/auth/login' }, 'ask the assistant', 'error: not measured: "log in" did not pass'],
    ['a handshake that is refused', { handshake: 503 }, EVENTS_CHECK, 'fail: handshake refused: HTTP 503'],
    [
      'events in the wrong order',
      { talk: (socket) => say(socket, STARTED, THINKING, COMPLETED, EXECUTING, DONE) },
      EVENTS_CHECK,
      `fail: wrong order: ${COMPLETED} came before ${EXECUTING} (came: ${STARTED}, ${THINKING}, ${COMPLETED}, ${EXECUTING}, ${DONE})`,
    ],
    [
      'an event that never comes',
      { talk: (socket) => say(socket, STARTED, THINKING) },
      EVENTS_CHECK,
      `fail: ${EXECUTING} did not come within 10s after ${THINKING}`,
    ],
    [
      'an event that is left out',
      { talk: (socket) => say(socket, STARTED, THINKING, COMPLETED, DONE) },
      EVENTS_CHECK,
      `fail: ${EXECUTING} did not come: the conversation ended with ${DONE}`,
    ],
    [
      'a socket on which nothing is said',
      { talk: () => undefined },
      EVENTS_CHECK,
      `fail: hangs: the socket is open and answers pings, but ${STARTED} did not come within 10s after the handshake`,
    ],
    [
      'a half-open socket',
      {
        talk: (socket) => {
          say(socket, STARTED);
          socket.pause();
        },
      },
      EVENTS_CHECK,
      `fail: half-open socket after ${STARTED}: nothing comes, and no ping is answered`,
    ],
    [
      'other messages in between are none',
      { talk: (socket) => say(socket, 'typing', STARTED, 'typing', ...EVENTS.slice(1)) },
      EVENTS_CHECK,
      `pass: ${EVENTS.join(' → ')}, slowest after 0ms`,
    ],
    [
      'an event that comes twice is none',
      { talk: (socket) => say(socket, STARTED, STARTED, THINKING, EXECUTING, COMPLETED, EXECUTING, COMPLETED, DONE) },
      EVENTS_CHECK,
      `pass: ${EVENTS.join(' → ')}, slowest after 0ms`,
    ],
    [
      'a dropped conversation that goes well the second time',
      {
        talk: (socket, conversation) => {
          if (conversation > 1) return say(socket, ...EVENTS);
          say(socket, STARTED);
          socket.close(1012);
        },
      },
      EVENTS_CHECK,
      `pass: dropped after ${STARTED} (closed 1012), connected again: ${EVENTS.join(' → ')}, slowest after 0ms`,
    ],
    [
      'a conversation that is dropped again',
      { talk: (socket) => socket.close(1011) },
      EVENTS_CHECK,
      `fail: dropped after the handshake (closed 1011), connected again: ${STARTED} did not come: closed 1011`,
    ],
  ])('%s', async (_what, misbehaviour, check, expected) => {
    const report = await validated({ services: createServices(misbehaviour) });
    expect(becauseOf(report, check)).toBe(expected);
    expect(report.verdict.outcome).toBe(expected.startsWith('pass') ? 'pass' : 'fail');
  });

  it.each([
    ['a value that differs', { 'pool.free': 7 }, 'fail: pool.free is 3, expected 7'],
    ['a value of another kind', { 'pool.free': '3' }, 'fail: pool.free is 3, expected "3"'],
    ['a value that is missing', { 'pool.size': 7 }, 'fail: pool.size is missing, expected 7'],
    ['values as expected', { status: 'healthy', 'pool.free': 3 }, 'pass: HTTP 200 in 0ms'],
  ])('JSON: %s', async (_what, expectJson, expected) => {
    const check = { name: 'deep', service: 'netra-backend-staging', path: '/health', expectStatus: 200, maxLatencyMs: 2_000, expectJson };
    const report = await validated({
      services: createServices(),
      change: (spec) => ({ ...spec, validation: { ...spec.validation, categories: [{ name: 'deep', critical: true, checks: [check] }] } }),
    });
    expect(becauseOf(report, 'deep')).toBe(expected);
  });

  it('a failure outside of the critical categories does not break the validation while the rate is reached', async () => {
    const report = await validated({
      services: createServices({ status: ['/health/infrastructure', 503] }),
      change: (spec) => ({ ...spec, validation: { ...spec.validation, passRate: 0.7 } }),
    });
    expect(becauseOf(report, 'netra-auth-service /health/infrastructure')).toMatch(/^fail/);
    expect(report.verdict.outcome).toBe('pass');
  });
});
