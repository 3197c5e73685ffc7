import { describe, expect, it } from 'vitest';
import { readScenario } from '../../../src/simulator/scenario.ts';
import { AUTH, BACKEND, FRONTEND, MINUTE, PINNED, Rig } from './rig.ts';

const healthy = (): Rig => new Rig(readScenario('already-healthy'));
const send = (rig: Rig, service: string, method: string, path: string, body = '', headers: Record<string, string> = {}) =>
  rig.world.serve.http({ service, revision: null, method, path, headers, body });

function login(rig: Rig): string {
  const answer = send(rig, AUTH, 'POST', '/auth/login', JSON.stringify({ email: 'probe@example.com', password: 'x' }));
  expect(answer.status).toBe(200);
  const body: unknown = JSON.parse(answer.body);
  return (body as { access_token: string }).access_token;
}

describe('a healthy service', () => {
  it.each([AUTH, BACKEND, FRONTEND])('%s answers its health endpoints within 300 ms', (service) => {
    const rig = healthy();
    for (const path of ['/health', '/health/ready', '/health/infrastructure', '/']) {
      const answer = send(rig, service, 'GET', path);
      expect(answer.status).toBe(200);
      expect(answer.latencyMs).toBeLessThan(300);
    }
    expect(send(rig, service, 'GET', '/nothing').status).toBe(404);
  });

  it('lets a login lead to an answer of the chat, each in less than 2 s', () => {
    const rig = healthy();
    const token = login(rig);
    rig.goto(20 * MINUTE);
    const answer = send(rig, BACKEND, 'POST', '/api/chat', '{"message":"hello"}', { Authorization: `Bearer ${token}` });
    expect(answer.status).toBe(200);
    expect(answer.latencyMs).toBeLessThan(2_000);
    expect(JSON.parse(answer.body)).toEqual({ response: expect.any(String), thread_id: expect.any(String) });
  });

  it('does not answer the chat without a token that it has issued', () => {
    const rig = healthy();
    expect(send(rig, BACKEND, 'POST', '/api/chat', '{}').status).toBe(401);
    expect(send(rig, BACKEND, 'POST', '/api/chat', '{}', { authorization: 'Bearer made.up' }).status).toBe(401);
    const token = login(rig);
    expect(send(rig, BACKEND, 'POST', '/api/chat', '{}', { authorization: `Bearer ${token.slice(0, -1)}` }).status).toBe(401);
  });

  it('does not log in without a JSON object, nor by GET', () => {
    const rig = healthy();
    expect(send(rig, AUTH, 'POST', '/auth/login', 'nonsense').status).toBe(422);
    expect(send(rig, AUTH, 'GET', '/auth/login').status).toBe(405);
    expect(send(rig, FRONTEND, 'POST', '/auth/login', '{}').status).toBe(404);
  });

  it('sends the five events of a conversation in order, each within 2 s', () => {
    const talk = healthy().world.serve.webSocket({ service: BACKEND, revision: null, path: '/ws', headers: {}, received: '{}' });
    expect(talk.handshake).toBe(101);
    const types = talk.messages.map((message) => (JSON.parse(message.text) as { type: string }).type);
    expect(types).toEqual(['agent_started', 'agent_thinking', 'tool_executing', 'tool_completed', 'agent_completed']);
    expect(Math.max(...talk.messages.map((message) => message.afterMs))).toBeLessThan(2_000);
  });
});

describe('an unwell service', () => {
  it('answers everything with 503, after 7.2 s in the backend, and refuses the WebSocket', () => {
    const rig = new Rig(readScenario('issue-1278'));
    for (const path of ['/health', '/health/ready', '/api/chat']) {
      const answer = send(rig, BACKEND, path === '/api/chat' ? 'POST' : 'GET', path, '{}');
      expect(answer.status).toBe(503);
      expect(answer.latencyMs).toBeGreaterThan(6_800);
      expect(answer.latencyMs).toBeLessThan(7_600);
    }
    expect(send(rig, AUTH, 'POST', '/auth/login', '{}').status).toBe(503);
    expect(rig.world.serve.webSocket({ service: BACKEND, revision: null, path: '/ws', headers: {}, received: '{}' })).toMatchObject({
      handshake: 503,
      messages: [],
    });
  });

  it('answers 500 where a revision has no instance at all', () => {
    const rig = new Rig(readScenario('bad-deploy'));
    const failed = rig.deploy(BACKEND, MINUTE);
    rig.goto(10 * MINUTE);
    expect(rig.probe(BACKEND, '/health', failed).status).toBe(500);
    expect(rig.probe(BACKEND, '/health', PINNED).status).toBe(503);
  });

  it('answers 404 for a revision or service that does not exist', () => {
    const rig = healthy();
    expect(rig.probe(BACKEND, '/health', 'netra-backend-staging-00001-abc').status).toBe(404);
    expect(send(rig, 'nobody', 'GET', '/health').status).toBe(404);
  });
});
