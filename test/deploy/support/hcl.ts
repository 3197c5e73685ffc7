/** Terraform's language as far as a check without providers needs it: what is declared, and what is referred to. */
export interface Hcl {
  /** `variable.project`, `local.roles`, `resource.google_storage_bucket.state`, `output.state`. */
  readonly declared: readonly string[];
  /** `var.project`, `local.roles`, `google_storage_bucket.state`. */
  readonly references: readonly string[];
}

/** @throws Error for brackets that do not close, with the line. */
export function parseHcl(text: string): Hcl {
  const code = withoutComments(text);
  checkBrackets(code);
  return { declared: [...declarations(code), ...locals(code)], references: references(code) };
}

/** Line numbers are kept. A `#` inside a string is text; strings of this project have no escaped interpolation. */
function withoutComments(text: string): string {
  return text.replaceAll(/"(?:\\.|[^"\\\n])*"|#[^\n]*/g, (found) => (found.startsWith('#') ? '' : found));
}

const PAIRS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

function checkBrackets(code: string): void {
  const open: { readonly sign: string; readonly line: number }[] = [];
  const bare = code.replaceAll(/"(?:\\.|[^"\\\n])*"/g, '""');
  bare.split('\n').forEach((text, index) => {
    for (const [sign] of text.matchAll(/[()[\]{}]/g)) {
      const opener = PAIRS[sign];
      if (opener === undefined) open.push({ sign, line: index + 1 });
      else if (open.pop()?.sign !== opener) throw new Error(`line ${index + 1}: ${sign} closes nothing`);
    }
  });
  const left = open.at(-1);
  if (left !== undefined) throw new Error(`line ${left.line}: ${left.sign} is never closed`);
}

function declarations(code: string): readonly string[] {
  return [...code.matchAll(/^(variable|output|resource|data|module) "([^"]+)"(?: "([^"]+)")? \{/gm)].map(([, kind, type, name]) =>
    [kind, type, name].filter((part) => part !== undefined).join('.'),
  );
}

function locals(code: string): readonly string[] {
  const blocks = [...code.matchAll(/^locals \{\n([\s\S]*?)^\}/gm)].map(([, body]) => body ?? '');
  return blocks.flatMap((body) => [...body.matchAll(/^ {2}(\w+)\s*=/gm)].map(([, name]) => `local.${name}`));
}

function references(code: string): readonly string[] {
  const found = [...code.matchAll(/(?<![\w."-])(?:var|local)\.\w+|(?<![\w."/-])google_\w+\.\w+/g)].map(([text]) => text);
  const interpolated = [...code.matchAll(/\$\{([^}]*)\}/g)].flatMap(([, inner]) =>
    [...(inner ?? '').matchAll(/(?:var|local)\.\w+|google_\w+\.\w+/g)].map(([text]) => text),
  );
  return [...new Set([...found, ...interpolated])];
}
