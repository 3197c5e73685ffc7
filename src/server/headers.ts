import { POLICY } from '../report/html/shell.ts';

/** Of every answer: nothing is kept by anybody, embedded anywhere, guessed or told to others; a page loads its own style and nothing else. */
export function headersOf(type: string): Readonly<Record<string, string>> {
  return {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': `${type === 'text/html' ? POLICY : "default-src 'none'"}; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}
