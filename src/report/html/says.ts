import { defined } from '../../core/defined.ts';
import { sayDuration } from '../../core/duration.ts';

/** `100 %`, `9.5 %`, `0 %`. */
export function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(ratio > 0 && ratio < 0.1 ? 1 : 0))} %`;
}

export function duration(ms: number): string {
  return ms < 1 ? '0s' : sayDuration(ms);
}

/** `1,414`. */
export function count(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}

/** `698.9 Mbit/s`. */
export function bits(perSecond: number): string {
  if (perSecond >= 1e9) return `${Number((perSecond / 1e9).toFixed(1))} Gbit/s`;
  return perSecond >= 1e6 ? `${Number((perSecond / 1e6).toFixed(1))} Mbit/s` : `${Number((perSecond / 1e3).toFixed(1))} kbit/s`;
}

export function perSecond(rate: number): string {
  return `${rate < 10 ? Number(rate.toFixed(1)) : count(rate)}/s`;
}

/** `20:03`, in UTC. */
export function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

/** `20:03 to 21:10`, with the day where it is another one. */
export function span(fromAt: number, untilAt: number): string {
  const [from, until] = [new Date(fromAt).toISOString(), new Date(untilAt).toISOString()];
  const last = from.slice(0, 10) === until.slice(0, 10) ? '' : `${until.slice(0, 10)} `;
  return `${from.slice(0, 10)} ${from.slice(11, 16)} to ${last}${until.slice(11, 16)} UTC`;
}

export function several(number: number, one: string, more = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : more}`;
}

/** The part of a service’s name that tells it from the others: `auth-service` of `netra-auth-service`. */
export function shortNames(names: readonly string[]): ReadonlyMap<string, string> {
  const words = names.map((name) => name.split('-'));
  const [first = []] = words;
  let common = 0;
  while (names.length > 1 && words.every((each) => each.length > common + 1 && each[common] === first[common])) common += 1;
  return new Map(names.map((name, index) => [name, defined(words[index]).slice(common).join('-')]));
}
