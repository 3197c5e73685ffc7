import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** From the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** The text without comments and with every string emptied: what the program does, not what it says. Line numbers are kept. */
  readonly code: string;
  readonly imports: readonly ImportSpecifier[];
  /** What it says, where nothing is put in by `${}`. */
  readonly strings: readonly { readonly words: string; readonly line: number }[];
}

export interface ImportSpecifier {
  readonly specifier: string;
  readonly line: number;
  /** Erased before it runs: `import type`, or a type position such as `import('x').Y`. */
  readonly typeOnly: boolean;
}

/** Every TypeScript and JavaScript source of the project below the given folders, in a stable order. */
export function sourceFiles(folders: readonly string[]): readonly SourceFile[] {
  const patterns = folders.map((folder) => `${folder}/**/*.{ts,mts,mjs,js}`);
  return globSync(patterns, { cwd: ROOT })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted()
    .map((path) => parseSource(path, readFileSync(`${ROOT}${path}`, 'utf8')));
}

/** One source as the rules see it. Pure, so that the parser can be tested on its own. */
export function parseSource(path: string, text: string): SourceFile {
  const { code, strings } = mask(text);
  const said = [...strings].map(([at, words]) => ({ words, line: lineAt(code, at) }));
  return { path, text, code, imports: importsOf(code, strings), strings: said };
}

/** `line 12` of an offset, counted from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

const QUOTED = `(?:''|""|\`\`)`;
const STATEMENT = new RegExp(`(?<![.\\w$])(?:import|export)\\b(?<clause>[^;'"\`()]*?)\\bfrom\\s*(?<quote>${QUOTED})`, 'g');
const BARE = new RegExp(`(?<![.\\w$])import\\s*(?<quote>${QUOTED})`, 'g');
const CALL = new RegExp(`(?<![.\\w$])(?<verb>import|require)(?:\\.resolve)?\\s*\\(\\s*(?<quote>${QUOTED})`, 'g');

function importsOf(code: string, strings: ReadonlyMap<number, string>): readonly ImportSpecifier[] {
  const found: (ImportSpecifier & { readonly at: number })[] = [];
  const add = (match: RegExpExecArray, typeOnly: boolean): void => {
    const quote = match.groups!['quote']!;
    const at = match.index + match[0].lastIndexOf(quote);
    found.push({ specifier: strings.get(at) ?? '', line: lineAt(code, at), typeOnly, at });
  };
  for (const match of code.matchAll(STATEMENT)) add(match, isTypeClause(match.groups!['clause']!));
  for (const match of code.matchAll(BARE)) add(match, false);
  // In a type position: `x: import('y').Z`, `typeof import('y')`. A call that runs is awaited, returned or chained.
  for (const match of code.matchAll(CALL))
    add(match, /(?:typeof|[:<|&])\s*$/.test(code.slice(0, match.index)) && !/\?[^?]*:\s*$/.test(code.slice(0, match.index)));
  return found.toSorted((a, b) => a.at - b.at);
}

function isTypeClause(clause: string): boolean {
  if (/^\s*type\b(?!\s*,)/.test(clause)) return true;
  const named = /^\s*\{(?<names>[^}]*)\}\s*$/.exec(clause)?.groups?.['names'];
  const names = named
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names !== undefined && names.length > 0 && names.every((name) => name.startsWith('type '));
}

interface Masked {
  readonly code: string;
  /** By the offset of the opening quote in `code`. Only strings without `${}`. */
  readonly strings: ReadonlyMap<number, string>;
}

const TOKEN =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*")|(?<regex>(?<=(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|case|typeof|of|in))\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*)|(?<tick>`)|(?<open>\{)|(?<close>\})/g;

/** Blanks comments, strings and regular expressions; keeps what stands inside `${…}`, because that is code. */
function mask(text: string): Masked {
  let code = '';
  const strings = new Map<number, string>();
  /** One entry per open `${`: how many braces are open inside it. */
  const holes: number[] = [];
  let at = 0;
  const blank = (source: string): string => source.replaceAll(/[^\n]/g, '');
  const template = (from: number): number => {
    const end = /(?:\\[\s\S]|(?!\$\{)[^`\\])*(?:`|\$\{|$)/y;
    end.lastIndex = from;
    const body = end.exec(text)?.[0] ?? '';
    code += blank(body);
    if (body.endsWith('${')) {
      code += ' ';
      holes.push(0);
    } else {
      code += '`';
      if (text[from - 1] === '`') strings.set(code.length - 2 - blank(body).length, body.slice(0, -1));
    }
    return from + body.length;
  };
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) break;
    code += text.slice(at, match.index);
    const [found] = match;
    const kind = match.groups!;
    at = match.index + found.length;
    if (kind['comment'] !== undefined) code += ` ${blank(found)}`;
    else if (kind['regex'] !== undefined) code += '0';
    else if (kind['string'] !== undefined) {
      strings.set(code.length, found.slice(1, -1));
      code += `${found[0]}${blank(found)}${found[0]}`;
    } else if (kind['tick'] !== undefined) {
      code += '`';
      at = template(at);
    } else if (kind['close'] !== undefined && holes.at(-1) === 0) {
      holes.pop();
      code += ' ';
      at = template(at);
    } else {
      if (holes.length > 0) holes[holes.length - 1]! += kind['open'] === undefined ? -1 : 1;
      code += found;
    }
  }
  return { code: code + text.slice(at), strings };
}
