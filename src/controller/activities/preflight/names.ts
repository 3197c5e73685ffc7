import type { PreflightAnswer } from '../../../../machines/incident/activities.ts';
import { noService, together } from '../../../steps/findings.ts';
import type { Checked } from '../../../steps/findings.ts';
import { isOnService } from '../../../steps/index.ts';
import type { Kind, Region } from '../../../steps/kind.ts';
import { kindsAsked, kindsOfService } from '../../../steps/kinds.ts';

/** The services that the document names exist, and each step that it asks for can be made there. */
export async function checkServices(checked: Checked): Promise<PreflightAnswer> {
  const { spec } = checked;
  const region = regionOf(checked);
  const there = new Set((await region.services()).map(({ name }) => name));
  const answers = spec.services.map(async ({ name }) =>
    there.has(name)
      ? together(await each(kindsOfService(spec, name), (kind) => kind.preflight(name, checked, region)))
      : noService(spec, `service ${name}`, there),
  );
  return together(await Promise.all(answers));
}

/** What else the document asks to change exists, and is fit to be changed. */
export async function checkResources(checked: Checked): Promise<PreflightAnswer> {
  const region = regionOf(checked);
  const kinds = kindsAsked(checked.spec).filter(({ facts }) => !isOnService(facts.kind));
  const answers = kinds.flatMap((kind) => kind.facts.asked(checked.spec).map((name) => kind.preflight(name, checked, region)));
  return together(await Promise.all(answers));
}

function each(kinds: readonly Kind[], check: (kind: Kind) => Promise<PreflightAnswer>): Promise<readonly PreflightAnswer[]> {
  return Promise.all(kinds.map(check));
}

function regionOf({ cloud, signal }: Checked): Region {
  return { services: once(() => cloud.run.listServices({ signal })), revisions: once(() => cloud.run.listRevisions('-', { signal })) };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= read());
}
