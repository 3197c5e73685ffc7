import { describe, expect, it } from 'vitest';
import { NOW, STATUS } from '../support/console.ts';
import { JOURNAL, playing, shown } from './playing.ts';

describe('drawn in place', () => {
  it('leaves milestones above it, once each, and one block, however often it is drawn', () => {
    const { screen, progress, tell } = playing(80);
    for (const [index, each] of JOURNAL.entries()) {
      progress.feed({ kind: 'journal', line: each });
      tell(STATUS, each.at);
      if (index % 10 === 5) progress.say(each.at, `milestone ${index}`);
    }
    for (let second = 0; second < 30; second += 1) progress.render(NOW + second * 1_000);
    expect(screen.lines.filter((each) => /milestone/.test(each)).map((each) => each.slice(-12))).toEqual(
      [5, 15, 25, 35].map((n) => `milestone ${n}`.padStart(12)),
    );
    expect(screen.lines.filter((each) => each.startsWith('WORKING'))).toHaveLength(1);
    expect(screen.lines.filter((each) => each.startsWith('looked 33s ago'))).toHaveLength(1);
  });

  it.each([
    [80, 60],
    [120, 60],
    [60, 120],
    [120, 47],
  ])('after a resize from %d to %d columns is one block again, with nothing lost above it', (before, after) => {
    const { screen, progress, tell } = playing(before);
    for (const each of JOURNAL) progress.feed({ kind: 'journal', line: each });
    tell({ ...STATUS, waiting: [{ ...STATUS.waiting[0]!, for: '長'.repeat(90) }] });
    progress.say(NOW, 'the last milestone');
    const above = screen.lines.filter((each) => each.startsWith('+'));
    screen.resize(after);
    progress.render(NOW + 1_000);
    const lines = screen.lines;
    expect(lines.filter((each) => each.startsWith('+'))).toEqual(above);
    expect(lines.slice(lines.indexOf(above.at(-1)!) + 1)).toEqual(
      shown(after, { ...STATUS, waiting: [{ ...STATUS.waiting[0]!, for: '長'.repeat(90) }] })
        .slice(2)
        .map((each) => each.replace('3m 5s', '3m 4s').replace('4s ago', '5s ago')),
    );
    progress.end();
    expect(screen.lines.at(-1)).toBe(above.at(-1));
  });

  it('Ctrl-C leaves the screen whole: what the tty shows of it and what is said then overwrite nothing', () => {
    const { screen, stage, output, progress, tell } = playing(80);
    const stderr = stage.above(screen);
    tell(STATUS);
    screen.echo('^C');
    stderr.write('firebreak: SIGINT: saving and giving the lease back; once more stops at once\n');
    progress.render(NOW + 1_000);
    progress.end();
    output.write('the report\n');
    expect(screen.lines).toEqual(['firebreak: SIGINT: saving and giving the lease back; once more stops at once', 'the report']);
  });

  it('writes nothing when nothing has changed', () => {
    const { screen, progress, tell } = playing(80);
    tell(STATUS);
    let written = 0;
    screen.onWrite = () => (written += 1);
    progress.render(NOW);
    expect(written).toBe(0);
    progress.render(NOW + 1_000);
    expect(written).toBe(1);
  });

  it('waits for the end of a line that somebody else has begun', () => {
    const { screen, output, progress, tell } = playing(80);
    tell(STATUS);
    output.write('half a ');
    progress.render(NOW + 1_000);
    expect(screen.lines).toEqual(['half a']);
    output.write('line\n');
    expect(screen.lines.slice(0, 2)).toEqual(['half a line', expect.stringMatching(/^WORKING 3m 4s left/)]);
  });
});
