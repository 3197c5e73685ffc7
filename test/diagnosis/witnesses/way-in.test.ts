import { describe, expect, test } from 'vitest';
import { DAY, MINUTE } from '../../../src/core/duration.ts';
import { absent, fresh } from '../../../src/core/model/measured.ts';
import type { CertificateFacts } from '../../../src/core/model/observation.ts';
import type { RemediationSpec } from '../../../src/core/model/spec.ts';
import { judgeWayIn } from '../../../src/diagnosis/witnesses/way-in.ts';
import { judgeGates } from '../../../src/diagnosis/verdicts.ts';
import { BACKEND } from '../builders.ts';
import { NOW, SPEC, wellWorld } from '../fixtures.ts';

const BALANCED: RemediationSpec = { ...SPEC, loadBalancer: { urlMap: 'lb', domains: ['shop.example'], deprecatedDomains: [] } };
const certificate = (expiresAt: number): CertificateFacts => ({
  name: 'c',
  source: 'compute',
  domains: ['shop.example'],
  status: 'ACTIVE',
  expiresAt,
  domainStatus: {},
});
const seen = (expiresAt: number) => ({
  ...wellWorld(),
  loadBalancer: { chain: fresh([], NOW, 'urlMaps/lb'), certificates: fresh([certificate(expiresAt)], NOW, 'certs') },
});
const late = (expiresAt: number) => {
  const { loadBalancer, ...rest } = seen(expiresAt);
  return { ...rest, loadBalancer: { ...loadBalancer, certificates: { ...loadBalancer.certificates, freshness: 'late' as const } } };
};
const gates = (observation: ReturnType<typeof seen>) => judgeGates(observation, BALANCED, { servingSince: {}, intended: {} });

describe('the way in by the load balancer', () => {
  test('is no question where the document names none', () => {
    expect(judgeWayIn(seen(NOW - DAY), SPEC)).toBeNull();
  });

  test('is shut for a domain without a certificate in force, and then nothing is whole, however well the services are', () => {
    expect(gates(seen(NOW + DAY))).toMatchObject({ 'way-in': { outcome: 'pass' }, all: { outcome: 'pass' } });
    const shut = gates(seen(NOW - MINUTE));
    expect(shut['way-in']).toMatchObject({ outcome: 'fail' });
    expect(shut['way-in']?.because).toMatch(/^lb: no certificate in force covers shop\.example: c ACTIVE, expired /);
    expect(shut['all']?.outcome).toBe('fail');
  });

  test('is not known where it was not seen lately: neither open nor shut', () => {
    for (const expiresAt of [NOW + DAY, NOW - DAY]) expect(judgeWayIn(late(expiresAt), BALANCED)?.outcome).toBe('inconclusive');
    const unread = { ...wellWorld(), loadBalancer: { chain: absent<never>('urlMaps', 'HTTP 403'), certificates: absent<never>('certs') } };
    expect(judgeWayIn(unread, BALANCED)).toEqual({ outcome: 'inconclusive', because: 'lb: the way in was not seen lately (HTTP 403)' });
    expect(judgeWayIn({ ...wellWorld(), loadBalancer: null }, BALANCED)?.outcome).toBe('inconclusive');
  });

  test('is open to a service whose users are served well, whatever its ingress says; what is said of it stays true', () => {
    const problem = 'its ingress INGRESS_TRAFFIC_INTERNAL_ONLY does not let the load balancer in';
    const behind = (name: string) => {
      const chain = fresh([{ kind: 'service' as const, name, leadsTo: [], problem }], NOW, 'urlMaps/lb');
      const world = seen(NOW + DAY);
      return judgeWayIn({ ...world, loadBalancer: { ...world.loadBalancer, chain } }, BALANCED);
    };
    expect(behind('nobody-calls')).toMatchObject({ outcome: 'fail' });
    expect(behind(BACKEND)).toEqual({
      outcome: 'pass',
      because: `lb: users get in and are served well, though service ${BACKEND}: ${problem}; each domain has a certificate in force`,
    });
  });
});
