import { describe, expect, test } from 'vitest';
import { escaped, renderSlack, slackMessage } from '../../../src/report/documents/slack.ts';
import { line, recoveredRun, tick } from '../journal.ts';
import { toldOf } from './told.ts';

describe('the Slack message', () => {
  test.each([
    ['<!channel> now', '&lt;!channel&gt; now'],
    ['@here & @channel', '@ here &amp; @ channel'],
    ['<https://evil|a doc>', '&lt;https://evil|a doc&gt;'],
    ['*bold* `x` ~y~', '∗bold∗ ʹxʹ ∼y∼'],
    ['two\nlines', 'two lines'],
  ])('%s is text and nothing else', (text, said) => expect(escaped(text)).toBe(said));

  test('calls nobody and links nothing whatever a log line says, in any block', () => {
    const evil = '<!channel> <@U123> @here <https://evil|x> ```';
    const gates = { all: 'fail', 'healthy:web': `fail: ${evil}` };
    const lines = [
      line(0, 'run.started', 'assessing.observing', { runId: evil, target: evil }),
      tick(1, 'assessing.observing', false, { gates, headline: evil }),
      line(2, 'HOLD', 'assessing.observing', { by: evil, reason: evil }, 'command'),
    ];
    const text = renderSlack(toldOf(lines));
    expect(text).not.toMatch(/<[!@#h]|@here/);
    for (const block of slackMessage(toldOf(lines)).blocks)
      if ('text' in block && block.text.type === 'mrkdwn') expect(block.text.text.split('```').length % 2).toBe(1);
  });

  test('keeps Slack’s limits however much there is to say, and says what it leaves out', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`healthy:s${index}`, `fail: ${'word '.repeat(400)}`]));
    const target = 'n'.repeat(400);
    const lines = [
      line(0, 'run.started', 'assessing.observing', { runId: 'r', target }),
      tick(1, 'assessing.observing', false, { gates: many }),
    ];
    const { text, blocks } = slackMessage(toldOf(lines));
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(text.length).toBeLessThanOrEqual(300);
    for (const block of blocks) {
      if (block.type === 'context') continue;
      expect(block.text.text.length).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3_000);
      expect(block.text.text).not.toBe('');
    }
    expect(JSON.stringify(blocks)).toMatch(/\(shortened\)|more in the report/);
  });

  test('begins with the environment and what the run needs', () => {
    const [header] = slackMessage(toldOf(recoveredRun())).blocks;
    expect(header).toMatchObject({ type: 'header', text: { text: '[netra-staging us-central1] ENDED recovered: staging' } });
    const rehearsed = slackMessage(toldOf(recoveredRun(), { scenario: 'x', seed: 1 })).blocks[0];
    expect(rehearsed).toMatchObject({ text: { text: expect.stringMatching(/^REHEARSAL /) as string } });
    const asking = slackMessage(toldOf([line(0, 'plan.done', 'assessing.awaitingApproval', {})])).blocks[0];
    expect(asking).toMatchObject({ text: { text: expect.stringContaining('NEEDS YOU') as string } });
  });
});
