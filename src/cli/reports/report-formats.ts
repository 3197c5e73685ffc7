import { completed } from '../../core/commands.ts';
import type { Place } from '../../core/commands.ts';
import type { Told } from '../../report/documents/story.ts';

/** What a format may be made of. */
export interface Reported extends Told {
  /** Where the commands in it act. */
  readonly place: Place;
}

export type Render = (reported: Reported) => string;

export interface Format {
  readonly what: string;
  /** `-o` with this ending means this format where none is named. */
  readonly ending?: string;
  /** The renderer, loaded when it is asked for. */
  readonly load: () => Promise<Render>;
}

/** All that a run can be shown as, in the order of the help. */
export const FORMATS = {
  text: {
    what: 'the whole report for a terminal',
    ending: '.txt',
    load: async () => {
      const { renderText } = await import('../../report/render/render-text.ts');
      return ({ report }) => renderText(report);
    },
  },
  html: {
    what: 'the whole report as one page with charts, to open in a browser, send on or print; it needs nothing beside it',
    ending: '.html',
    load: async () => {
      const { keptAt, renderHtml } = await import('../../report/html/page.ts');
      return ({ report, lines, place }) => renderHtml(report, lines, keptAt(place));
    },
  },
  md: {
    what: 'the whole report for an issue or a post-mortem',
    ending: '.md',
    load: async () => {
      const { renderMarkdown } = await import('../../report/render/render-markdown.ts');
      return ({ report }) => renderMarkdown(report);
    },
  },
  handoff: {
    what: 'for the team that takes it over: boxes to tick, evidence, commands, undo, sign-off',
    load: async () => (await import('../../report/documents/handoff.ts')).renderHandoff,
  },
  resolution: {
    what: 'before and after, causes and what addressed each, what was undone, prevention',
    load: async () => (await import('../../report/documents/resolution.ts')).renderResolution,
  },
  update: {
    what: 'the status in a few lines, to be pasted',
    load: async () => (await import('../../report/documents/update.ts')).renderUpdate,
  },
  slack: {
    what: 'the same as one message of Slack’s blocks, JSON',
    load: async () => (await import('../../report/documents/slack.ts')).renderSlack,
  },
  json: {
    what: 'the same as one object for programs',
    ending: '.json',
    load:
      async () =>
      ({ report, place }) =>
        `${JSON.stringify(report, (_field, value: unknown) => (typeof value === 'string' ? completed(value, place) : value), 2)}\n`,
  },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];

/** The text of a format, each command of it as it can be pasted; page and object have seen to that themselves. */
export function renderAs(name: FormatName, render: Render, reported: Reported): string {
  const text = render(reported);
  if (name === 'json' || name === 'html') return text;
  return completed(text, reported.place, name === 'slack' ? (option) => JSON.stringify(option).slice(1, -1) : undefined);
}

/** The format that is named, else that of the file's ending, else text. */
export function formatOf(named: FormatName | undefined, file: string | undefined): FormatName {
  const table: Readonly<Record<FormatName, Format>> = FORMATS;
  const byEnding = FORMAT_NAMES.find((name) => table[name].ending !== undefined && file?.endsWith(table[name].ending) === true);
  return named ?? byEnding ?? 'text';
}

/** One line a format, for help. */
export function formatLines(): readonly string[] {
  const wide = Math.max(...FORMAT_NAMES.map((name) => name.length));
  return FORMAT_NAMES.map((name) => `  ${name.padEnd(wide)}  ${FORMATS[name].what}`);
}
