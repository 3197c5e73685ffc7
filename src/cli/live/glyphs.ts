/** What a terminal can show: block characters where its locale is UTF-8, ASCII elsewhere. Pure. */
export interface Glyphs {
  /** From the lowest to the highest. */
  readonly levels: readonly string[];
  /** Not measured. */
  readonly gap: string;
  readonly been: string;
  readonly here: string;
  readonly ahead: string;
  readonly passedOver: string;
  readonly way: string;
  /** Text as this terminal can show it, in as many columns as are counted. */
  readonly shown: (text: string) => string;
}

const BLOCKS: Glyphs = {
  levels: '▁▂▃▄▅▆▇█'.split(''),
  gap: '·',
  been: '●',
  here: '▶',
  ahead: '○',
  passedOver: '–',
  way: '─',
  shown: (text) => text,
};

const ASCII: Glyphs = {
  levels: '_.:-=+*#'.split(''),
  gap: '?',
  been: '*',
  here: '>',
  ahead: 'o',
  passedOver: '/',
  way: '-',
  shown: (text) => text.replaceAll(/[^\u0000-\u007F]/gu, (sign) => LIKE[sign] ?? '?'),
};

const LIKE: Readonly<Record<string, string>> = {
  '·': '-',
  '›': '>',
  '–': '-',
  '—': '-',
  '…': '~',
  '×': 'x',
  '≤': '<',
  '≈': '~',
  '→': '>',
  '’': "'",
  '“': '"',
  '”': '"',
};

/** By the locale's first word that is set, as the C library takes them. */
export function glyphsFor(env: Readonly<Record<string, string | undefined>>): Glyphs {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '') ?? '';
  return /utf-?8/i.test(locale) ? BLOCKS : ASCII;
}
