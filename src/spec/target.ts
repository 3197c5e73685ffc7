export interface TargetNames {
  readonly project: string;
  readonly region: string;
  readonly name: string;
}

/** `project/region/name`: what a run's memory is kept under. The schema lets no slash into the parts. */
export function targetOf({ project, region, name }: TargetNames): string {
  return `${project}/${region}/${name}`;
}

/** The document's own region in such a target. */
export function regionIn(target: string): string {
  return target.split('/')[1] ?? '';
}
