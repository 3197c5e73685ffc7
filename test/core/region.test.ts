import { describe, expect, test } from 'vitest';
import { identityOf, locatedOf, regionsOf, shortIn } from '../../src/core/region.ts';
import { named } from '../../src/core/shell.ts';

const HOME = 'europe-north1';
const ABROAD = 'europe-west4';

describe('what a service is called where one name is in two regions', () => {
  test.each([
    [{ name: 'booking', region: HOME }, 'booking'],
    [{ name: 'booking', region: ABROAD }, 'booking@europe-west4'],
  ])('%j is %s, there and back', (place, called) => {
    expect(identityOf(place, HOME)).toBe(called);
    expect(locatedOf(called, HOME)).toEqual(place);
    expect(shortIn(called)).toBe('booking');
  });

  test('the regions of a document are those of its services in their order, then those of its connectors', () => {
    const [services, connectors] = [[{ name: 'booking@europe-west4' }, { name: 'booking' }], [{ name: 'c@europe-west1' }]];
    expect(regionsOf({ region: HOME, services, connectors })).toEqual([ABROAD, HOME, 'europe-west1']);
    expect(regionsOf({ region: HOME, services: [], connectors: [] })).toEqual([HOME]);
  });

  test('a printed command names the short name and the region where it is', () => {
    const place = { project: 'ferry-tickets', region: HOME };
    expect(named('booking@europe-west4', place)).toBe('booking --project=ferry-tickets --region=europe-west4');
    expect(named('booking', place)).toBe('booking --project=ferry-tickets --region=europe-north1');
  });
});
