import { unescaped } from './escaped.ts';
import { camel } from './wire.ts';

/** Query parameters: repeated keys are kept, names are read in both spellings, `$alt` and friends are let through. */
export class Query {
  readonly #values = new Map<string, string[]>();

  constructor(text: string) {
    if (text === '') return;
    for (const pair of text.split('&')) {
      if (pair === '') continue;
      const equals = pair.indexOf('=');
      const name = unescaped(equals < 0 ? pair : pair.slice(0, equals));
      const value = equals < 0 ? '' : unescaped(pair.slice(equals + 1));
      const key = name.includes('_') ? name.split('.').map(camel).join('.') : name;
      const present = this.#values.get(key);
      if (present) present.push(value);
      else this.#values.set(key, [value]);
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  flag(name: string): boolean {
    return this.get(name) === 'true';
  }
}
