import { describe, expect, test } from 'vitest';
import { fileNameOf, textFileOf } from '../../src/store/file-name.ts';

describe('the file of a text for people', () => {
  test('is a text, or what the ending of its name says', () => {
    expect(textFileOf('run-1', 'support-case')).toBe('run-1-support-case.txt');
    expect(textFileOf('run-1', 'report.html')).toBe('run-1-report.html');
  });

  test('never leaves its folder, whatever its run is called', () => {
    expect(textFileOf('../../etc/run', 'report.html')).not.toContain('/');
    expect(fileNameOf('.hidden')).not.toMatch(/^\./);
  });
});
