/** Annotations of the document that a report prints, in their order, with what they are called there. Others are kept and not shown. */
const SHOWN: readonly (readonly [key: string, title: string])[] = [
  ['firebreak.dev/business-impact', 'Business impact'],
  ['firebreak.dev/owner', 'Owner'],
  ['firebreak.dev/runbook', 'Runbook'],
];

/** One line each, as the document says it; it was not measured by the run. Pure. */
export function annotationLines(annotations: Readonly<Record<string, string>>): readonly string[] {
  return SHOWN.flatMap(([key, title]) => {
    const said = annotations[key];
    return said === undefined || said === '' ? [] : [`${title}, as the document says: ${said}`];
  });
}
