const TAG = /<(?!!)\/?([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>/g;

/** Where a `<` stands that belongs to no whole tag; -1: nowhere. */
export function strayIn(page: string): number {
  return page
    .replace('<!doctype html>', '')
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll(TAG, '')
    .indexOf('<');
}

/** Every tag of a page with its attributes, as a browser would take it. */
export function tagsOf(page: string): readonly { readonly name: string; readonly attributes: readonly string[] }[] {
  const body = page.replace(/<style>[\s\S]*?<\/style>/, '<style></style>');
  return [...body.matchAll(TAG)].map(([, name = '', rest = '']) => ({
    name,
    attributes: [...rest.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)].map(([, attribute = '']) => attribute),
  }));
}

/** What a reader sees, and what is read out to whoever does not see. */
export function textOf(page: string): string {
  return page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');
}

/** Words that stand where a figure is missing in a program, and never in a report. */
export const BROKEN = /\bundefined\b|\bNaN\b|\bInfinity\b|\[object |\bInvalid Date\b|\bnull\b/;

/** What a page may be made of: nothing that loads, runs or sends anything. */
export const TAGS = new Set(
  (
    'a b br body caption circle code dd defs details div dl dt figcaption figure footer g h1 h2 h3 head header html li line main meta nav ol p ' +
    'path pattern pre rect section span style summary svg table tbody td text th thead title tr ul'
  ).split(' '),
);

export const ATTRIBUTES = new Set(
  (
    'aria-hidden aria-label aria-labelledby charset class content cx cy d data-of dx height href http-equiv id lang name ' +
    'patternTransform patternUnits preserveAspectRatio r role scope text-anchor value viewBox width x x1 x2 y y1 y2'
  ).split(' '),
);
