import type { Cause, Diagnosis } from '../core/model/diagnosis.ts';
import { instant } from './formatting.ts';

/** What a cause stands on, one line each, with its instant and where it can be opened; past `most` only how many more there are. */
export function evidenceLines({ evidence }: Cause, most = evidence.length): readonly string[] {
  const more = evidence.length - most;
  return [
    ...evidence.slice(0, most).map(({ at, text, source }) => `- ${at === null ? '' : `${instant(at)} `}${text} (${source})`),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ];
}

/** The chain of whys, numbered; nothing where none was found. */
export function whyLines({ whys }: Diagnosis): readonly string[] {
  return whys.length === 0 ? [] : ['', 'Why', ...whys.map(({ why, because }, index) => `  ${index + 1}. ${why} ${because}`)];
}
