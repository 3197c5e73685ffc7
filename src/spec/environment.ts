import { channelProblems } from './channel-references.ts';
import type { Path, Problem } from './problems.ts';
import { texts } from './references.ts';
import { databasesIn } from './named-resources.ts';
import type { RemediationDocument } from './schema.ts';
import { isHeaderValue } from './schema-health.ts';
import { referenceName, secretByName, secretByShape } from './secrets.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `env:NAME` becomes the variable's value; any other text stays. */
export type Lookup = (text: string) => string;

/** References resolved from `env`. Use it only when `environmentProblems` found none. */
export function fromEnvironment(env: Environment): Lookup {
  return (text) => {
    const name = referenceName(text);
    return name === null ? text : (env[name] ?? text);
  };
}

/** References that lead nowhere, and secrets that are written out where a reference belongs. Never repeats a secret. */
export function environmentProblems(document: RemediationDocument, env: Environment): readonly Problem[] {
  const { spec } = document;
  const steps = spec.validation.goldenPath.flatMap((step, index) => {
    const at = ['spec', 'validation', 'goldenPath', index];
    return [...texts(step.headers, [...at, 'headers']), ...texts(step.body, [...at, 'body'])].flatMap((found) =>
      requestProblems(found, env),
    );
  });
  const asked = spec.services.flatMap(({ health }, index) =>
    texts(
      health.map(({ headers }) => ({ headers })),
      ['spec', 'services', index, 'health'],
    ).flatMap((found) => [...requestProblems(found, env), ...headerProblems(found, env)]),
  );
  const deployed = spec.services.flatMap((service, index) =>
    texts(service.deploy?.env ?? {}, ['spec', 'services', index, 'deploy', 'env']).flatMap(deployedProblems),
  );
  const probes = databasesIn(spec).flatMap(({ probe }, index) =>
    passwordProblems(probe?.password, spec.databases === undefined ? ['spec', 'database'] : ['spec', 'databases', index], env),
  );
  return [...channelProblems(spec.communication, env), ...steps, ...asked, ...deployed, ...probes];
}

function passwordProblems(password: string | undefined, at: Path, env: Environment): readonly Problem[] {
  const name = password === undefined ? null : referenceName(password);
  return name === null || (env[name] ?? '') !== '' ? [] : [unset(name, [...at, 'probe', 'password'])];
}

function requestProblems(found: { readonly path: Path; readonly text: string }, env: Environment): readonly Problem[] {
  const name = referenceName(found.text);
  if (name !== null) return env[name] === undefined || env[name] === '' ? [unset(name, found.path)] : [];
  if (found.text.includes('${')) return [];
  if (!secretByShape(found.text) && !secretByName(String(found.path.at(-1)))) return [];
  return [
    problem('spec-secret-by-value', found.path, 'a secret is written out here', 'put it into an environment variable and write env:NAME'),
  ];
}

/** What a variable holds, where a header cannot carry it. */
function headerProblems(found: { readonly path: Path; readonly text: string }, env: Environment): readonly Problem[] {
  const name = referenceName(found.text);
  if (name === null || isHeaderValue(env[name] ?? '')) return [];
  const what = `the environment variable ${name} holds what a header cannot carry, such as a line break`;
  return [problem('spec-reference', found.path, what, `export ${name} without it`)];
}

function deployedProblems(found: { readonly path: Path; readonly text: string }): readonly Problem[] {
  const keep = 'keep it in Secret Manager and in the service’s own configuration, which a deploy leaves as it is';
  if (/^(?:env|secretManager):/.test(found.text))
    return [
      problem('spec-reference', found.path, 'references are not resolved for a deployed service: the text itself would be set', keep),
    ];
  if (!secretByShape(found.text) && !secretByName(String(found.path.at(-1)))) return [];
  return [problem('spec-secret-by-value', found.path, 'a secret would be deployed as a plain value', keep)];
}

function unset(name: string, path: Path): Problem {
  return problem(
    'spec-reference',
    path,
    `the environment variable ${name} is not set`,
    `export ${name} before starting, or remove this entry`,
  );
}

function problem(code: string, path: Path, what: string, fix: string): Problem {
  return { code, path, at: 'value', what, fix };
}
