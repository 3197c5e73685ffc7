import type { LogGroup } from '../../core/model/observation.ts';
import { sayDuration } from '../../core/duration.ts';
import { percent } from '../observation-queries.ts';
import { signatureOf } from '../signatures.ts';
import type { Capture } from './capture.ts';
import { turnedDownWords } from './turned-down.ts';
import type { TurnedDownWords } from './turned-down.ts';

/** From here on a share of the requests is no chance and no stray visitor. */
const LARGE = 0.25;
const HALF = 0.5;
const LEAST = 20;
/** So many times slower, and then at least so slow, is no longer the same service. */
const SLOWER = 10;
const SLOW_MS = 2_000;
/** Most programs write their errors without a severity. */
const ERRORS = ['DEFAULT', 'ERROR', 'CRITICAL', 'ALERT', 'EMERGENCY'];

/**
 * What speaks against calling a capture well although its requests were not answered with server errors: many refused with
 * complaints beside them, reasons that are named as often as users ask, answers that grew far slower.
 */
export function doubtsOf(capture: Capture): readonly string[] {
  const down = turnedDownIn(capture).flatMap(({ words, word }) => (word === 'doubt' ? [words] : []));
  return [...atTheBalancer(capture), ...down, ...refusals(capture), ...namedReasons(capture), ...grewSlow(capture)];
}

/** A security policy or Identity-Aware Proxy that refuses so many may refuse users. */
function atTheBalancer(capture: Capture): readonly string[] {
  return refusedAtDoors(capture)
    .filter(({ away, total }) => away >= LEAST && away / total >= LARGE)
    .map(({ words }) => words);
}

/** By load balancer, what it refused itself. */
export function refusedAtDoors({
  doors,
  requests,
}: Capture): readonly { readonly away: number; readonly total: number; readonly words: string }[] {
  return Object.entries(doors).map(([service, details]) => {
    const away = Object.values(details).reduce((sum, count) => sum + count, 0);
    const total = requests[service]?.total ?? away;
    const named = Object.keys(details).join(', ');
    return {
      away,
      total,
      words: `${away} of ${total} requests (${percent(away / Math.max(1, total))}) were refused at ${service} itself (${named}): whether they were users is not in the lines`,
    };
  });
}

/** Strangers who are refused are usual; a program that complains of something about as often is not. Half of all is told elsewhere. */
function refusals({ requests, refused, healthChecks, groups }: Capture): readonly string[] {
  return Object.entries(requests).flatMap(([service, { total }]) => {
    const asked = total - (healthChecks[service] ?? 0);
    const away = refused[service] ?? 0;
    const most = loudestOf({ groups }, service);
    if (away < LEAST || away / asked < LARGE || away / asked >= HALF || most === undefined || most.count < away / 2) return [];
    const share = `${away} of ${asked} requests to ${service} were refused (${percent(away / asked)})`;
    return [`${share}, and beside them stands ${most.count} × ${JSON.stringify(most.sample)}`];
  });
}

/** Whom a service turned down itself, and what it says beside it. */
export function turnedDownIn({ turnedDown, groups }: Pick<Capture, 'turnedDown' | 'groups'>): readonly TurnedDownWords[] {
  return turnedDownWords(turnedDown, (service) => loudestOf({ groups }, service));
}

/** The most frequent line of a service that looks like a complaint. */
function loudestOf({ groups }: Pick<Capture, 'groups'>, service: string): { readonly count: number; readonly sample: string } | undefined {
  const loud = groups.filter((group) => group.service === service).flatMap(complaintsOf);
  return loud.toSorted((a, b) => b.count - a.count)[0];
}

/** Unmatched lines that look like failures, and what names a reason. */
function complaintsOf({
  signature,
  count,
  sample,
  loudest = [],
}: LogGroup): readonly { readonly count: number; readonly sample: string }[] {
  return signatureOf(signature)?.role === 'reason' ? [{ count, sample }] : loudest;
}

/** A program may answer 200 and put the failure into the answer. What is logged as a warning may be a retry that helped. */
function namedReasons({ groups, passed, severities, refused }: Capture): readonly string[] {
  const errors = ERRORS.reduce((sum, severity) => sum + (severities[severity] ?? 0), 0);
  return groups
    .filter(({ signature, service, count }) => {
      const served = passed[service] ?? 0;
      return (
        signatureOf(signature)?.role === 'reason' &&
        served > 0 &&
        count >= LEAST &&
        count >= served * LARGE &&
        errors >= count &&
        (refused[service] ?? 0) < count / 2
      );
    })
    .map(({ signature, service, count }) => {
      const what = signatureOf(signature)?.says ?? signature;
      return `${count} lines of ${service} tell of ${what}, beside ${passed[service] ?? 0} requests that passed: what these were answered is not in the lines`;
    });
}

function grewSlow({ course }: Capture): readonly string[] {
  return course.flatMap(({ service, pace }) => {
    if (pace === null || pace.last.ms < SLOW_MS || pace.last.ms < pace.first.ms * SLOWER) return [];
    const { first, last } = pace;
    return [
      `answers of ${service} grew slow: about ${sayDuration(first.ms)} in the first ${first.requests} requests that passed, about ${sayDuration(last.ms)} in the last ${last.requests}`,
    ];
  });
}
