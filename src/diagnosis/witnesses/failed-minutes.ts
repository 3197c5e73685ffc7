import { MINUTE } from '../../core/duration.ts';
import type { LookTestimony, Statement, Testimony } from '../../core/model/testimony.ts';

/** What of a look is about when users failed. */
export interface Failed {
  readonly testimony: Testimony;
  /** The looks before it that are about the present revision. */
  readonly before: readonly LookTestimony[];
}

/**
 * In so many minutes that end after `from` users failed, by the figures and the request log of this look and of those before it. Windows
 * overlap and figures come late: a minute that several looks show is one sample.
 */
export function failedMinutes(service: string, { testimony: { requests, logs }, before }: Failed, from: number): number {
  const instants = [
    ...(requests.word === 'ill' ? (requests.minutes ?? []) : []),
    ...failedAt(requests),
    ...failedAt(logs),
    ...before.flatMap((look) => look.failedAt?.[service] ?? []),
  ];
  return new Set(instants.filter((at) => at > from).map((at) => Math.ceil(at / MINUTE))).size;
}

/**
 * Until when what failed is of before, by the witnesses that are well since: the probes since `metAt`, and the request log since its last
 * failed request, the minute of which the figures show whole. null: neither is known to be well.
 */
export function wellSince({ probes, logs }: Testimony, metAt: number | null): number | null {
  const { quietSince } = logs;
  if (quietSince === undefined || probes.word === 'ill') return metAt;
  return Math.max(metAt ?? 0, Math.ceil(quietSince / MINUTE) * MINUTE);
}

/** Figures come minutes late: failures all of which lie before it is known to be well tell of then, not of now. */
export function isOfBefore({ failedAt: at }: Statement, since: number | null): boolean {
  return at !== undefined && since !== null && at <= since;
}

function failedAt({ failedAt: at }: Statement): readonly number[] {
  return at === undefined ? [] : [at];
}
