import { policyOf } from '../report/html/shell.ts';
import { besideOf } from './served-page.ts';

const OF_PAGES = policyOf(besideOf(null));

/** Of every answer: nothing is kept by anybody, embedded anywhere, guessed or told to others; a page loads and runs what is its own. */
export function headersOf(type: string): Readonly<Record<string, string>> {
  return {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': `${type === 'text/html' ? OF_PAGES : "default-src 'none'"}; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // A page of ours says to ourselves where a form comes from, and to nobody else.
    'referrer-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}
