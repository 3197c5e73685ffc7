import type { ServiceState } from '../../core/model/observation.ts';
import type { DesiredTemplate } from '../../core/model/spec.ts';
import { diffLines, templateChanges } from '../../core/service/changes.ts';
import type { FieldChange } from '../../core/service/changes.ts';
import { CHANGE_ANNOTATION, nextTemplate } from '../../core/service/next-template.ts';

/**
 * What a deploy changes of the settings as they are, by the very rules that write it (`nextTemplate`); the mark that makes a new
 * revision of it is not among them. Throws what those rules throw.
 */
export function deployChanges(present: ServiceState, deploy: DesiredTemplate, like: ServiceState | null): readonly FieldChange[] {
  const own = present.settings.template();
  const { template } = nextTemplate(own, { key: '', deploy, like: like?.settings.template() ?? null });
  return templateChanges(own, template);
}

/** These changes, and the mark, because a deploy that changes nothing else still makes a revision. */
export function deployDiff(changes: readonly FieldChange[], deploy: DesiredTemplate): readonly string[] {
  return [...diffLines(changes, deploy.env), `+ annotation ${CHANGE_ANNOTATION} (makes a new revision)`];
}
