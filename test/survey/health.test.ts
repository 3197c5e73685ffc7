import { describe, expect, it } from 'vitest';
import type { ProbeAnswer } from '../../src/ports/probes.ts';
import { askHealth, pathToAsk } from '../../src/survey/health.ts';
import { service } from './support.ts';

async function asked(statuses: Readonly<Record<string, number>>, state = service('api')) {
  const answer = (path: string): ProbeAnswer => ({ status: statuses[path] ?? 404, headers: {}, body: '', latencyMs: 5, problem: null });
  const http = async ({ url }: { readonly url: string }): Promise<ProbeAnswer> => answer(new URL(url).pathname);
  const health = await askHealth({ probes: { http }, signal: new AbortController().signal }, state);
  return { paths: health.asked.map(({ path }) => path), chosen: pathToAsk(health, state.template.startupProbe)?.path ?? null };
}

describe('where a service tells its health', () => {
  it('is the likeliest path where it answers well, and no more is asked', async () => {
    expect(await asked({ '/health': 200, '/': 200 })).toEqual({ paths: ['/health'], chosen: '/health' });
  });

  it('is otherwise the first of the others that answers well', async () => {
    expect(await asked({ '/healthz': 200, '/': 200 })).toMatchObject({ chosen: '/healthz' });
  });

  it('is asked of its own start-up probe first', async () => {
    expect(await asked({ '/live': 204 }, service('api', { probe: '/live' }))).toEqual({ paths: ['/live'], chosen: '/live' });
  });

  it('is the path of its own probe where that fails now', async () => {
    expect(await asked({ '/live': 503, '/': 404 }, service('api', { probe: '/live' }))).toMatchObject({ chosen: '/live' });
  });

  it('is the first likely path where everything fails', async () => {
    expect(await asked({ '/health': 503, '/healthz': 503, '/ready': 503, '/': 503 })).toMatchObject({ chosen: '/health' });
  });

  it('is not known where a door is closed to us, which is asked only once', async () => {
    expect(await asked({ '/health': 403 })).toEqual({ paths: ['/health'], chosen: null });
  });

  it('is not known where no such path is there', async () => {
    expect(await asked({})).toEqual({ paths: ['/health', '/healthz', '/ready', '/'], chosen: null });
  });

  it('is not asked of a service whose ingress is internal', async () => {
    expect(await asked({ '/health': 200 }, service('api', { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' }))).toEqual({
      paths: [],
      chosen: null,
    });
  });
});
