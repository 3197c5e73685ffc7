import { describe, expect, test } from 'vitest';
import { parseRecord, recordText } from '../../src/store/record-text.ts';
import { recordAt } from './contract.ts';

const RECORD = recordAt(1, 4);

describe('the text of a record', () => {
  test('says again what was saved', () => {
    expect(parseRecord(recordText(RECORD), 'record.json')).toEqual(RECORD);
  });

  test('is refused when a single letter of it was changed, although it is a whole record', () => {
    const altered = recordText(RECORD).replace(RECORD.runId, `${RECORD.runId.slice(0, -1)}X`);
    expect(() => parseRecord(altered, 'record.json')).toThrow('its checksum does not match');
  });

  test('may be laid out anew by whoever reads it', () => {
    const laidOut = JSON.stringify(JSON.parse(recordText(RECORD)), null, 2);
    expect(parseRecord(laidOut, 'record.json')).toEqual(RECORD);
  });

  test('of a version that kept no checksum is read as before', () => {
    expect(parseRecord(JSON.stringify(RECORD), 'record.json')).toEqual(RECORD);
  });
});
