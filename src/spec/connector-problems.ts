import { connectorsIn } from './named-resources.ts';
import type { Path, Problem } from './problems.ts';
import type { RemediationDocument } from './schema.ts';

/** Where each connector stands in the document. */
export function connectorProblems(spec: RemediationDocument['spec']): readonly Problem[] {
  const at = (index: number): Path => (spec.connectors === undefined ? ['spec', 'connector'] : ['spec', 'connectors', index]);
  const both = spec.connector !== undefined && spec.connectors !== undefined;
  return [
    ...(both
      ? [
          problem(
            'spec-contradiction',
            ['spec', 'connector'],
            'spec.connectors is there too: only one of both is read',
            `put ${spec.connector?.name} into spec.connectors, and leave spec.connector out`,
          ),
        ]
      : []),
    ...connectorsIn(spec).flatMap(({ name }, index, all) =>
      all.findIndex((other) => other.name === name) === index
        ? []
        : [problem('spec-duplicate-name', [...at(index), 'name'], `${name} is already there`, 'name each connector once')],
    ),
    ...connectorsIn(spec).flatMap(({ target: { minInstances, maxInstances } }, index) =>
      minInstances <= maxInstances
        ? []
        : [
            problem(
              'spec-out-of-range',
              [...at(index), 'target', 'minInstances'],
              `${minInstances} is more than maxInstances (${maxInstances})`,
              'make minInstances the smaller one',
            ),
          ],
    ),
  ];
}

function problem(code: string, path: Path, what: string, fix: string): Problem {
  return { code, path, at: 'value', what, fix };
}
