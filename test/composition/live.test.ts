import { expect, test } from 'vitest';
import { openStore } from '../../src/composition/stores.ts';
import { goLive, requireSimulator } from '../../src/composition/live.ts';
import { SPEC } from '../diagnosis/fixtures.ts';

test.each([[null], ['https://run.googleapis.com'], ['http://10.0.0.7:8080']])(
  'a simulator’s time is not followed where %s is spoken to, whichever verb asks',
  async (endpoint) => {
    const options = { spec: SPEC, endpoint, clockUrl: 'http://127.0.0.1:9', readOnly: true };
    await expect(goLive(options)).rejects.toMatchObject({ code: 'usage-conflict', exitCode: 2 });
    const reach = { clock: 'http://127.0.0.1:9', ...(endpoint === null ? {} : { endpoint }) };
    await expect(openStore('gs://bucket/runs', 'p/r/n', reach)).rejects.toMatchObject({ code: 'usage-conflict' });
  },
);

test('it is followed with a simulator on this machine', () => {
  for (const endpoint of ['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])
    expect(() => requireSimulator(endpoint)).not.toThrow();
});

test('a run is not kept in memory, where nobody could go on with it', async () => {
  await expect(openStore('memory:', 'p/r/n')).rejects.toMatchObject({ code: 'state-unsupported' });
});
