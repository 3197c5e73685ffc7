import { ADDRESSES } from './addresses.ts';
import { ATTACKED } from './attacked.ts';
import { DATABASES } from './databases.ts';
import type { Made } from './generator.ts';
import { BESIDE_MANY, OUTSIDE } from './outside.ts';
import { OTHERS, WELL } from './others.ts';
import { PLATFORM } from './platform.ts';
import { RUNTIMES } from './runtimes.ts';

/** All made captures; every third is held out: nothing was tuned on it. */
export const MADE: readonly Made[] = [
  ...DATABASES,
  ...ADDRESSES,
  ...PLATFORM,
  ...OTHERS,
  ...WELL,
  ...OUTSIDE,
  ...BESIDE_MANY,
  ...ATTACKED,
  ...RUNTIMES,
];

export const isHeldOut = (made: Made): boolean => MADE.indexOf(made) % 3 === 2;
