import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { rehearsalDocument } from '../../src/composition/rehearsal-document.ts';
import { rehearse } from '../../src/composition/rehearsal.ts';
import type { RunRecord } from '../../src/ports/store.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { recordJson } from '../../src/store/kept-text.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { everyNth, spread } from '../spread.ts';

/** `recordsStay` of the store in memory rests on this, and so do the texts that are kept from save to save. */
test.each(spread(['issue-1278', 'bad-deploy'], everyNth(1), everyNth(2)))(
  'nobody changes a record of %s that has been saved, and each is kept as JSON says it',
  async (name) => {
    const scenario = readScenario(name);
    const document = await rehearsalDocument(scenario, null, { readFile: (path) => readFile(path), env: {} });
    const saved: { readonly record: RunRecord; readonly text: string }[] = [];
    const otherwise: number[] = [];
    await rehearse({
      scenario,
      spec: document.spec,
      specHash: document.hash,
      openStore: () => {
        const store = createMemoryStore();
        return {
          ...store,
          save: (record) => {
            const text = JSON.stringify(record);
            saved.push({ record, text });
            if (recordJson(record).toString() !== text) otherwise.push(record.seq);
            return store.save(record);
          },
        };
      },
      owner: { token: 'once', host: 'here', pid: 1, described: 'a test' },
    });
    expect(saved.length).toBeGreaterThan(50);
    expect(otherwise).toEqual([]);
    expect(saved.filter(({ record, text }) => JSON.stringify(record) !== text).map(({ record }) => record.seq)).toEqual([]);
  },
);
