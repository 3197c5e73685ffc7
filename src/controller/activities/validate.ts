import type { ActivityContext, LookInput } from '../../../machines/incident/activities.ts';
import { SECOND, sayDuration } from '../../core/duration.ts';
import type { ProbeResult } from '../../core/model/observation.ts';
import type { ValidationCheck, ValidationReport, Verdict } from '../../core/model/verdict.ts';
import { judgeGates } from '../../diagnosis/verdicts.ts';
import { judgeValidation } from '../../diagnosis/validation.ts';
import type { UriOf } from './golden-path.ts';
import { walkGoldenPath } from './golden-path.ts';
import type { ActivityOptions } from './options.ts';

type ValidateOptions = Pick<ActivityOptions, 'spec' | 'probes' | 'observer'>;

const HANDSHAKE_WITHIN = 10 * SECOND;

/**
 * The environment as a user would feel it: every service's health, one serving revision that is well, the golden path, and
 * the WebSocket's events in order. Passes only when the pass rate is reached and every critical category is whole.
 */
export async function validate(
  options: ValidateOptions,
  input: LookInput,
  { signal }: Pick<ActivityContext, 'signal'>,
): Promise<ValidationReport> {
  const observation = await options.observer.observe(signal);
  const uriOf: UriOf = (name) => observation.services[name]?.state.value?.uri ?? null;
  const gates = judgeGates(observation, options.spec, input);
  const health = options.spec.services.flatMap(({ name }) =>
    (observation.services[name]?.probes ?? []).map((probe) => healthCheck(name, probe)),
  );
  const healthy = options.spec.services.map(({ name }): ValidationCheck => ({
    category: 'services',
    name: `${name} is healthy`,
    critical: true,
    verdict: gates[`healthy:${name}`] ?? { outcome: 'error', because: 'not judged' },
  }));
  const path = await walkGoldenPath(options.spec, options.probes, uriOf, signal);
  const events = await checkEvents(options, uriOf, signal);
  return judgeValidation([...health, ...healthy, ...path, ...events], options.spec.validation.passRate, observation.at);
}

function healthCheck(service: string, { outcome, url, latencyMs, problem }: ProbeResult): ValidationCheck {
  const path = url.slice(url.lastIndexOf('/'));
  const because = `${problem ?? 'HTTP 200'} in ${sayDuration(latencyMs)}`;
  const verdict: Verdict = { outcome: outcome === 'ok' ? 'pass' : 'fail', because };
  return { category: 'connectivity', name: `${service} ${path}`, critical: true, verdict };
}

async function checkEvents({ spec, probes }: ValidateOptions, uriOf: UriOf, signal: AbortSignal): Promise<readonly ValidationCheck[]> {
  const wanted = spec.validation.webSocket;
  if (wanted === null) return [];
  const uri = uriOf(wanted.service);
  const check = (verdict: Verdict): readonly ValidationCheck[] => [
    { category: 'agent events', name: `${wanted.events.length} events in order`, critical: true, verdict },
  ];
  if (uri === null) return check({ outcome: 'error', because: `the address of ${wanted.service} is not known` });
  const answer = await probes.webSocket({
    url: `${uri.replace(/\/$/, '').replace(/^http/, 'ws')}${wanted.path}`,
    send: wanted.send,
    last: wanted.events.at(-1) ?? '',
    handshakeWithinMs: HANDSHAKE_WITHIN,
    eventWithinMs: wanted.eventWithinMs,
    signal,
  });
  if (answer.handshake !== 101)
    return check({ outcome: 'fail', because: `handshake ${answer.handshake ?? 'without an answer'}: ${answer.problem ?? 'refused'}` });
  return check(
    inOrder(
      wanted.events,
      answer.events.map(({ type }) => type),
      answer.problem,
    ),
  );
}

/** Other messages in between are allowed; a missing or swapped one is named. */
function inOrder(wanted: readonly string[], came: readonly string[], problem: string | null): Verdict {
  let next = 0;
  for (const type of came) if (type === wanted[next]) next += 1;
  if (next === wanted.length) return { outcome: 'pass', because: `${wanted.join(' → ')}` };
  const why = problem === null ? '' : ` (${problem})`;
  return {
    outcome: 'fail',
    because: `${wanted[next] ?? 'an event'} did not come in its turn; came: ${came.join(', ') || 'nothing'}${why}`,
  };
}
