import { describe, expect, it } from 'vitest';
import { unmeetable } from '../../../src/controller/validating/unmeetable.ts';
import type { RemediationSpec } from '../../../src/core/model/spec.ts';
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

describe('one bad answer', () => {
  const READY = 'netra-backend-staging /health/ready';
  const only = (service: string) => ({
    change: (spec: RemediationSpec): RemediationSpec => ({
      ...spec,
      validation: {
        ...spec.validation,
        categories: spec.validation.categories.map((each) => ({
          ...each,
          checks: each.checks.filter((check) => check.service === service),
        })),
      },
    }),
  });

  it('of a server fails no check by itself: two of three answers decide', async () => {
    const backend = only('netra-backend-staging');
    const once = await validated({ services: createServices({ status: ['/health/ready', 503], times: 1 }), ...backend });
    expect(becauseOf(once, READY)).toBe('pass: HTTP 200 in 0ms, asked again after one answer: HTTP 503 after 0ms, expected 200');
    const twice = await validated({ services: createServices({ status: ['/health/ready', 503], times: 2 }), ...backend });
    expect(becauseOf(twice, READY)).toBe('fail: HTTP 503 after 0ms, expected 200');
  });

  it('on the golden path has it walked once more, and a second one fails it', async () => {
    const once = await validated({ services: createServices({ status: ['/api/chat', 500], times: 1 }) });
    expect(becauseOf(once, 'ask the assistant')).toMatch(/^pass: HTTP 200 .* walked again after one answer: HTTP 500/);
    const twice = await validated({ services: createServices({ status: ['/api/chat', 500], times: 2 }) });
    expect(becauseOf(twice, 'ask the assistant')).toMatch(/^fail: HTTP 500/);
  });

  it('that is wrong is wrong each time, and is not asked for again', async () => {
    const backend = only('netra-backend-staging');
    const once = await validated({ services: createServices({ status: ['/health/ready', 410], times: 1 }), ...backend });
    expect(becauseOf(once, READY)).toBe('fail: HTTP 410 after 0ms, expected 200');
  });
});

describe('a check that no run could mend', () => {
  const check = (name: string, verdict: 'pass' | 'fail', critical = true, category = 'deep') => ({
    category,
    name,
    critical,
    verdict: { outcome: verdict, because: verdict === 'pass' ? 'well' : 'HTTP 404 after 9ms, expected 200' },
  });
  const asked = { name: 'deep', service: 'auth', path: '/deep', expectStatus: 200, maxLatencyMs: 2_000, expectJson: {} };
  const document = {
    validation: { passRate: 0.8, categories: [{ name: 'deep', critical: true, checks: [asked] }] },
  } as unknown as RemediationSpec;

  it('is said where its service is well, with what it means for the end', () => {
    const said = unmeetable([check('deep', 'fail'), check('auth is healthy', 'pass', true, 'services')], document);
    expect(said).toEqual([
      'check "deep" of auth fails now although the service is well (HTTP 404 after 9ms, expected 200): while that is so, a run could not end recovered',
    ]);
    const lesser = unmeetable([check('deep', 'fail', false), check('auth is healthy', 'pass', true, 'services')], document);
    expect(lesser[0]).toContain('it would count against the pass rate of 80 %');
  });

  it('is not said where the service is ill itself, or the check passes', () => {
    expect(unmeetable([check('deep', 'fail'), check('auth is healthy', 'fail', true, 'services')], document)).toEqual([]);
    expect(unmeetable([check('deep', 'pass'), check('auth is healthy', 'pass', true, 'services')], document)).toEqual([]);
  });
});
