import { describe, expect, it } from 'vitest';
import { engineWords, instancesUsed, poolOf } from '../../src/survey/databases.ts';
import { service } from './support.ts';

const BOOKS = { name: 'books', connectionName: 'p:europe-west1:books', version: 'MYSQL_8_0', addresses: ['10.0.0.3'] };

describe('the database of a service', () => {
  it.each([
    ['its mount', { mounts: ['p:europe-west1:books'] }],
    ['its connection name', { env: { INSTANCE_CONNECTION_NAME: 'p:europe-west1:books' } }],
    ['the path of its socket', { env: { DB_HOST: '/cloudsql/p:europe-west1:books' } }],
    ['its address', { env: { DB_HOST: '10.0.0.3:3306' } }],
  ])('is known by %s', (_, written) => {
    expect(instancesUsed(service('api', written), [BOOKS]).map(({ name }) => name)).toEqual(['books']);
  });

  it('is not known by the address of something else', () => {
    expect(instancesUsed(service('api', { env: { REDIS_HOST: '10.0.0.4' } }), [BOOKS])).toEqual([]);
  });

  it.each([
    ['DB_POOL_SIZE', '5', { size: 5, overflow: 0 }],
    ['SQLALCHEMY_MAX_CONNECTIONS', '20', { size: 20, overflow: 0 }],
    ['REDIS_MAX_CONNECTIONS', '20', null],
    ['DB_POOL_SIZE', 'many', null],
    ['DB_POOL_SIZE', '0', null],
  ])('has the pool that %s=%s tells', (name, value, pool) => {
    const found = poolOf(service('api', { env: { [name]: value } }));
    expect(found === null ? null : { size: found.size, overflow: found.overflow }).toEqual(pool);
  });

  it('is named in words, and what is no engine that we know as it is written', () => {
    expect(['MYSQL_8_0', 'POSTGRES_15', 'SQLSERVER_2019_STANDARD'].map(engineWords)).toEqual([
      'MySQL 8.0',
      'PostgreSQL 15',
      'SQLSERVER_2019_STANDARD',
    ]);
  });
});
