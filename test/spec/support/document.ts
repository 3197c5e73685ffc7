import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import { loadSpec } from '../../../src/spec/load.ts';

export const example = (name: string): string => readFileSync(new URL(`../../../deploy/examples/${name}.yaml`, import.meta.url), 'utf8');

/** The #1278 document. */
export const incident = example('issue-1278');

/** The same with one place changed. */
export function changed(from: string, to: string): string {
  expect(incident, `the example no longer holds ${from}`).toContain(from);
  return incident.replace(from, to);
}

/** The error with which a document is refused; it is a failure when it is accepted. */
export function refusal(text: string, env: Readonly<Record<string, string>> = {}): UserError {
  try {
    loadSpec(text, 'remediation.yaml', env);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('the document was accepted');
}

/** Rule, text of the example, what replaces it, the error's first line after `remediation.yaml:`, and how to mend it. */
export type RefusalCase = readonly [rule: string, from: string, to: string, message: string, fix: string];

export function expectRefusal([, from, to, message, fix]: RefusalCase): void {
  const error = refusal(changed(from, to));
  expect(error.message.split('\n')[0]).toBe(`remediation.yaml:${message}`);
  expect(error.fix).toBe(fix);
  expect(error.exitCode).toBe(2);
}
