/**
 * Markdown in which text from outside is text and nothing else: it opens no table cell, tag, link, image, code, heading or list, links
 * nothing by itself, and calls nobody by name. For GitHub's dialect. Pure.
 */

/** Text in a line of its own, in a list or in a cell. */
export function plain(text: string): string {
  return text
    .replace(/[ \t]{0,16}\n\s{0,64}/g, ' ')
    .replace(/[\\`*_<>|[\]#~$]/g, '\\$&')
    .replace(/^(\s*)([-+=])(?=[\s=-]|$)/, '$1\\$2')
    .replace(/^(\s*\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
    .replace(/:\/\//g, '\\://')
    .replace(/\b(www)\./gi, '$1\\.')
    .replace(/(^|[^\w])@(?=\w)/g, '$1@<!-- -->');
}

export function section(title: string, ...bodies: readonly string[]): string {
  const said = bodies.filter((body) => body !== '');
  return said.length === 0 ? '' : [`## ${title}`, ...said].join('\n\n');
}

/** The sections that say something, as a page. */
export function page(sections: readonly string[]): string {
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

export function checklist(items: readonly string[]): string {
  return list(items.map((item) => `[ ] ${item}`));
}

/** Cells are made plain here; none without a row. */
export function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  if (body.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map((cells) => line(cells.map(plain)))].join('\n');
}

/** A block of its own; the fence is longer than any run of backticks inside. */
export function fenced(text: string, language = 'text'): string {
  if (text === '') return '';
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((found) => found[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Commands to paste, one after the other. */
export function commands(lines: readonly string[]): string {
  return fenced(lines.join('\n'), 'sh');
}

/** A name in a line, set off as code. */
export function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('|', '¦');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((found) => found[0].length));
  const tick = '`'.repeat(longest + 1);
  const pad = /^`|`$/.test(line) ? ' ' : '';
  return line === '' ? '' : `${tick}${pad}${line}${pad}${tick}`;
}
