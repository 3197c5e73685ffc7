import { sayCrowd } from '../witnesses/crowd.ts';
import { sayDuration } from '../../core/duration.ts';
import type { Counted, Trial } from '../../core/model/trial.ts';
import { sayOutage } from '../witnesses/outage-beside.ts';
import { grownTo, NOTHING, sayCounted, whose429 } from '../witnesses/turned-away.ts';

/** What was seen of a change, before and after, in words. Pure. */

/** `before 2 of 300 requests failed; since then (3m, 6 looks) 41 of 280, containers died in 2 looks, probes failed in 3`. `named`: the services whose requests are told. */
export function figuresOf(trial: Trial, named: readonly string[]): string {
  const { looks, sinceAt } = trial;
  const at = looks.at(-1)?.at ?? sinceAt;
  const parts = named.map((name) => {
    const was = trial.before[name]?.requests;
    const { requests = NOTHING, beside = NOTHING } = trial.after[name] ?? {};
    const say = (counts: Counted): string => sayCounted(counts, trial.lateFromMs);
    const side = beside.total === 0 ? '' : ` (beside it ${say(beside)})`;
    const grown = grownTo(trial, name);
    const last = grown === null ? '' : ` and in the last minutes before it ${say(grown)}`;
    return `${name}: before ${was == null ? 'not measured' : say(was)}${last}, since then ${say(requests)}${side}`;
  });
  const whose = trial.services.length === 1 ? 'probes' : 'probes of what was well before';
  const turned = trial.services.filter((name) => (trial.after[name]?.requests.turnedAway ?? 0) > 0);
  const seen = `in ${looks.length} looks over ${sayDuration(at - sinceAt)} ${saidIn(looks, 'probes', whose, 'failed')}${lateIn(looks)}, ${saidIn(looks, 'deaths', 'containers', 'died')}`;
  const away = trial.outage == null ? [] : [sayOutage(trial.outage)];
  const their429 = turned.map((name) => `${trial.services.length === 1 ? '' : `${name}: `}${whose429(trial, name)}`);
  return [...parts, ...their429, seen, ...away, ...sayCrowd(trial)].join('; ');
}

/** Slow is told apart from broken. */
function lateIn(looks: Trial['looks']): string {
  const late = looks.filter((look) => look.late === true).length;
  return late === 0 ? '' : ` (${late} for want of an answer in time)`;
}

/** Silence is no health: looks that told nothing are said as such. */
function saidIn(looks: Trial['looks'], kind: 'probes' | 'deaths', whose: string, how: string): string {
  const told = looks.filter((look) => look[kind] !== 'silent').length;
  if (told === 0) return kind === 'probes' ? `${whose} told nothing` : `whether ${whose} ${how} could not be read`;
  const ill = looks.filter((look) => look[kind] === 'ill').length;
  return `${whose} ${how} in ${ill}${told === looks.length ? '' : ` of ${told} that told`}`;
}
