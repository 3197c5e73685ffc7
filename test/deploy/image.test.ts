import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../architecture/source.ts';

const dockerfile = readFileSync(`${ROOT}deploy/Dockerfile`, 'utf8');
const steps = dockerfile
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const stages = steps.join('\n').split(/^(?=FROM )/m);
const last = stages.at(-1) ?? '';

describe('the image', () => {
  test('is built in one stage and runs in another that gets the bundle and nothing else', () => {
    expect(stages.filter((stage) => stage.startsWith('FROM '))).toHaveLength(2);
    expect(last.match(/^(?:COPY|ADD) .+$/gm)).toEqual(['COPY --from=build /src/dist /app']);
  });

  test('needs no shell: its last stage runs nothing while it is built, and starts Node directly', () => {
    expect(last).not.toMatch(/^(?:RUN|SHELL) /m);
    expect(last).toContain('ENTRYPOINT ["/nodejs/bin/node", "/app/main.mjs"]');
    expect(last).toMatch(/^CMD \[/m);
  });

  test('is not root, by number', () => {
    const user = /^USER (\d+):(\d+)$/m.exec(last);
    expect(Number(user?.[1])).toBeGreaterThan(0);
    expect(last.indexOf('USER ')).toBeLessThan(last.indexOf('ENTRYPOINT '));
  });

  test('holds Node as the project asks for it', () => {
    const { engines } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { readonly engines: { readonly node: string } };
    const major = /\d+/.exec(engines.node)?.[0];
    expect(steps.find((step) => step.startsWith('ARG BUILDER='))).toContain(`node:${major}-`);
    expect(steps.find((step) => step.startsWith('ARG RUNTIME='))).toContain(`nodejs${major}-`);
  });

  test('installs by the lockfile before the sources come, and builds by the project’s own command', () => {
    const build = stages.find((stage) => / AS build$/m.test(stage)) ?? '';
    expect(build.match(/^RUN .+$/gm)).toEqual(['RUN npm ci', 'RUN npm run build']);
    expect(build.indexOf('package-lock.json')).toBeLessThan(build.indexOf('RUN npm ci'));
    expect(build.indexOf('RUN npm ci')).toBeLessThan(build.indexOf('COPY . .'));
  });

  test('takes no secret: no argument and no variable sounds like one', () => {
    const names = steps.filter((step) => /^(?:ARG|ENV) /.test(step));
    expect(names.filter((step) => /token|secret|password|key/i.test(step))).toEqual([]);
  });

  test('says what it is', () => {
    for (const label of ['title', 'description', 'licenses', 'version', 'revision'])
      expect(last).toContain(`org.opencontainers.image.${label}=`);
  });
});

describe('what is sent to the builder', () => {
  const rules = readFileSync(`${ROOT}.dockerignore`, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

  test('is a list of what is allowed, so that a new secret stays outside by itself', () => {
    expect(rules[0]).toBe('*');
    expect(rules.filter((rule) => rule.startsWith('!')).toSorted()).toEqual(
      ['!.npmrc', '!LICENSE', '!deploy', '!machines', '!package-lock.json', '!package.json', '!src', '!tsconfig.json'].toSorted(),
    );
  });

  test('is enough for the build: nothing that it bundles or copies lies elsewhere', () => {
    const allowed = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
    const build = globSync('{src,machines,deploy}/**/*.ts', { cwd: ROOT });
    const outside = build.flatMap((file) => {
      const text = readFileSync(`${ROOT}${file}`, 'utf8');
      const imports = [...text.matchAll(/from '(\.\.?\/[^']+)'/g)].map(([, specifier]) => specifier ?? '');
      const reached = imports.map((specifier) => new URL(specifier, `file:///${file}`).pathname.slice(1));
      return reached.filter((path) => !allowed.some((place) => path === place || path.startsWith(`${place}/`)));
    });
    expect(outside).toEqual([]);
    const copied = [...readFileSync(`${ROOT}deploy/build.ts`, 'utf8').matchAll(/cpSync\(`\$\{ROOT\}([\w./-]+)`/g)].map(
      ([, path]) => path ?? '',
    );
    expect(copied).toContain('LICENSE');
    expect(copied.filter((path) => !allowed.some((place) => path === place || path.startsWith(`${place}/`)))).toEqual([]);
  });
});
