import { describe, expect, test } from 'vitest';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { missingFor } from '../../src/durable/fit.ts';
import { rehearse } from '../../src/composition/rehearsal.ts';
import { rehearsalDocument } from '../../src/composition/rehearsal-document.ts';
import type { Standing } from '../../src/durable/fit.ts';
import type { RunRecord } from '../../src/ports/store.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { createMemoryStore } from '../../src/store/memory.ts';

/** Where every record of one rehearsal stood that had not ended, as it is kept: without the context, which is most of it. */
async function standingsOf(name: string): Promise<readonly Standing[]> {
  const scenario = readScenario(name);
  const { spec, hash } = await rehearsalDocument(scenario, null, { env: {}, readFile: () => Promise.reject(new Error('no file')) });
  const standings: Standing[] = [];
  const openStore = () => {
    const store = createMemoryStore();
    const save = (record: RunRecord) => {
      if (record.ended === null) standings.push(kept(record));
      return store.save(record);
    };
    return { ...store, save };
  };
  await rehearse({ scenario, spec, specHash: hash, openStore, owner: { token: 't', host: 'here', pid: 1, described: 'a test' } });
  return standings;
}

function kept({ snapshot, timers, activities }: RunRecord): Standing {
  const { value } = snapshot as { readonly value: unknown };
  return JSON.parse(JSON.stringify({ snapshot: { value }, timers, activities })) as Standing;
}

describe.each(['issue-1278', 'bad-deploy', 'quota-storm'])('over every record of %s', async (name) => {
  const standings = await standingsOf(name);

  test('the chart that saved it can go on from it', () => {
    expect(standings.length).toBeGreaterThan(100);
    expect(standings.flatMap((standing) => missingFor(standing, incidentMachine))).toEqual([]);
  });

  test('none can go on whose work, timer or place is not the same', () => {
    for (const { snapshot, timers, activities } of standings) {
      for (const activity of activities) {
        const others = activities.filter((other) => other !== activity);
        expect(missingFor({ snapshot, timers, activities: others }, incidentMachine)).not.toEqual([]);
        const renamed = [...others, { ...activity, src: 'renamed' }];
        expect(missingFor({ snapshot, timers, activities: renamed }, incidentMachine)).not.toEqual([]);
      }
      for (const timer of timers) {
        const moved = { ...timer, event: { type: `${timer.event.type}.elsewhere` } };
        const others = timers.filter((other) => other !== timer);
        expect(missingFor({ snapshot, timers: [...others, moved], activities }, incidentMachine)).not.toEqual([]);
      }
      const { value } = snapshot as { readonly value: unknown };
      const elsewhere = JSON.parse(JSON.stringify(value).replace(/"([a-zA-Z]+)"(?=[,}]|$)/, '"$1Before"')) as unknown;
      expect(missingFor({ snapshot: { value: elsewhere }, timers, activities }, incidentMachine)).not.toEqual([]);
    }
  });
});

test('a deadline that came while a human held the run is no longer pending, and keeps nobody from going on', async () => {
  const standings = await standingsOf('issue-1278');
  const isDeadline = ({ event }: Standing['timers'][number]): boolean => event.type.includes('CAPACITY_PHASE');
  const inPhase = standings.filter(({ timers }) => timers.some(isDeadline));
  expect(inPhase.length).toBeGreaterThan(5);
  for (const { snapshot, timers, activities } of inPhase)
    expect(missingFor({ snapshot, timers: timers.filter((timer) => !isDeadline(timer)), activities }, incidentMachine)).toEqual([]);
});
