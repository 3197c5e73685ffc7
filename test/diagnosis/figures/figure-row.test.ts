import { describe, expect, test } from 'vitest';
import { CONNECTOR_COLUMNS, DATABASE_COLUMNS, SERVICE_COLUMNS } from '../../../src/core/model/figures.ts';
import { figuresOf, hourBefore, measuresOf } from '../../../src/diagnosis/figures/figure-row.ts';
import { absent } from '../../../src/core/model/measured.ts';
import { AUTH, believedWorld, blindWorld, SPEC } from '../fixtures.ts';

const RUN = { program: 'firebreak 0.1.0', chart: '2', rehearsal: null };

describe('the row of a look', () => {
  test('has the parts and columns that are said once for the whole run', () => {
    const { parts, columns } = measuresOf(SPEC, RUN);
    const { row } = figuresOf(believedWorld(), SPEC);
    expect(row).toHaveLength(parts.length);
    const widths = parts.map((part) => columns[part.slice(0, part.indexOf(':')) as keyof typeof columns].length);
    expect(row.map((figures) => figures?.length)).toEqual(widths);
    expect([columns.connector, columns.database, columns.service]).toEqual([CONNECTOR_COLUMNS, DATABASE_COLUMNS, SERVICE_COLUMNS]);
  });

  test('shows nothing measured as null, never as zero', () => {
    const { row, seen } = figuresOf(blindWorld(), SPEC);
    expect(row.flatMap((part) => part ?? [])).not.toContain(0);
    expect(row.every((part) => part === null || part.every((figure) => figure === null || figure > 0))).toBe(true);
    expect(seen).toEqual({});
    expect(hourBefore(blindWorld())).toEqual({});
  });

  test('keeps a zero that was measured', () => {
    const world = believedWorld();
    const auth = { ...world.services[AUTH]!, starts: absent<never>('startup_latencies') };
    const { row } = figuresOf({ ...world, services: { ...world.services, [AUTH]: auth } }, SPEC);
    const index = measuresOf(SPEC, RUN).parts.indexOf(`service:${AUTH}`);
    expect(row[index]?.[SERVICE_COLUMNS.indexOf('started')]).toBeNull();
    expect(row[index]?.[SERVICE_COLUMNS.indexOf('failed')]).toBe(auth.requests.value?.serverErrors);
  });

  test('names what is older than its source normally is', () => {
    const world = believedWorld();
    const requests = { ...world.services[AUTH]!.requests, freshness: 'late' as const };
    const auth = { ...world.services[AUTH]!, requests };
    expect(figuresOf({ ...world, services: { ...world.services, [AUTH]: auth } }, SPEC).late).toEqual([`service:${AUTH} requests`]);
    expect(figuresOf(world, SPEC).late).toBeUndefined();
  });

  test('is of no connector and no database where the document names none', () => {
    const bare = { ...SPEC, connectors: [], databases: [] };
    expect(measuresOf(bare, RUN).parts).toEqual(SPEC.services.map(({ name }) => `service:${name}`));
    expect(figuresOf({ ...believedWorld(), connectors: {}, databases: {} }, bare).row).toHaveLength(SPEC.services.length);
  });
});
