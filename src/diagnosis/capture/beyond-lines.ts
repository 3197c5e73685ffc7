import type { Cause } from '../../core/model/diagnosis.ts';
import type { CaptureVerdict } from './judge.ts';

/**
 * Where lines name no cause: what no line tells, and where it is to be seen. Source: Service Health has its own dashboard and API and
 * writes no line beside the failures; Compute Engine certificates write none when they run out, and a handshake that fails is no
 * request; the connector and the database have figures alone.
 */
export function beyondLines(verdict: CaptureVerdict, [first]: readonly Cause[]): string | null {
  if (first !== undefined && first.kind !== 'unknown') return null;
  const always = [
    'whether clients get as far as a request (look at the certificates and the DNS of its address)',
    'whether errors that nothing here knows harm anybody (look at probes and request metrics)',
  ];
  const failing = [
    'an incident of Google’s own (look at Personalized Service Health and status.cloud.google.com)',
    'how loaded the connector and the database are (look at their metrics)',
  ];
  return `what lines cannot tell: ${(verdict === 'trouble' ? [...failing, ...always.slice(0, 1)] : always).join('; ')}`;
}
