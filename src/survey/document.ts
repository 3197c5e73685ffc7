import { edgesOf, inOrder } from './edges.ts';
import { behind, comment, scalar } from './lines.ts';
import { connectorLines, databaseLines, dependencyLines } from './resource-lines.ts';
import { hasRecord, mayDeploy, serviceLines } from './services.ts';
import { UNANSWERED } from './questions.ts';
import type { Answers } from './questions.ts';
import { sayAll } from './survey.ts';
import type { Survey } from './survey.ts';
import { loadBalancerLines } from './way-in-lines.ts';
import { workloadLines } from './workload-lines.ts';

/**
 * The first Remediation document of an environment, from one look at it. All that is not plainly there is a comment: a guess, a
 * question, or what could not be read. It passes the validation of a document as it stands. `fileName` is how it is spoken of; what was answered is no question any more.
 */
export function documentText(survey: Survey, fileName: string, answers: Answers = UNANSWERED): string {
  const { project, region, regions, at } = survey;
  const ordered = inOrder(survey.services, edgesOf(survey.services, survey.waysIn.value ?? []));
  const when = new Date(at).toISOString().replace('T', ' ').slice(0, 16);
  const lines = [
    ...comment(0, `What Firebreak saw of ${project} in ${sayAll(regions)} at ${when} UTC. It read once and changed nothing.`),
    ...comment(
      0,
      'Check the lines marked "guess", answer those marked "question"; what could not be read is marked "not read". A key that is not here has its default. Then:',
    ),
    `#   firebreak plan -f ${fileName}`,
    `#   firebreak rehearse -f ${fileName} --all`,
    'apiVersion: firebreak.dev/v1',
    'kind: Remediation',
    'metadata:',
    `  name: ${nameOf(project)}`,
    'spec:',
    `  project: ${scalar(project)}`,
    `  region: ${scalar(region)}`,
    ...connectorLines(survey, answers),
    ...serviceLines(survey, ordered, answers),
    ...databaseLines(survey, ordered.edges),
    ...dependencyLines(survey),
    ...workloadLines(survey),
    ...loadBalancerLines(survey),
    ...QUESTIONS,
    ...policyLines(survey),
  ];
  return `${lines.join('\n')}\n`;
}

/** A project of a domain is `example.com:name`. */
function nameOf(project: string): string {
  return project.slice(project.lastIndexOf(':') + 1);
}

const QUESTIONS: readonly string[] = [
  '',
  ...comment(
    2,
    'which requests prove that users are served, beyond health? Each must answer well before a run ends recovered.',
    'question',
  ),
  '  # validation:',
  '  #   goldenPath:',
  '  #     - { name: list, service: SERVICE, path: /v1/items }',
  ...comment(2, 'who is to be told, and who is called when nothing helps for two hours?', 'question'),
  '  # communication: # what permits posting is a secret: it stays in a variable; `firebreak notify --test` tries them',
  '  #   slack: { channel: C0123ABCDEF, token: env:SLACK_TOKEN }',
  '  #   pagerDuty: { routingKey: env:PAGERDUTY_ROUTING_KEY }',
  '  #   webhooks: [env:WEBHOOK]',
  '  # escalation: { contacts: [oncall@example.com], support: { priority: P1 } } # support takes a paid plan of Google Cloud',
];

/** The default of `policy.budget.mutations`. */
const USUAL_BUDGET = 12;
/** A pin and an enlarged connector are one change each; a deploy is a revision, a tenth of the traffic and the whole of it. */
const OF_DEPLOY = 3;

/** A budget that the document cannot keep to would be refused. */
function policyLines(survey: Survey): readonly string[] {
  const { services, connectors } = survey;
  const needed =
    services.filter((service) => hasRecord(service, survey)).length +
    OF_DEPLOY * services.filter(mayDeploy).length +
    (Object.keys(connectors).length > 0 ? 1 : 0);
  const asking = comment(2, 'is a yes wanted before what cannot be undone?', 'question');
  if (needed <= USUAL_BUDGET) return [...asking, '  # policy: { mode: approve, approve: [irreversible] }'];
  return [
    ...asking,
    '  policy:',
    '    # mode: approve',
    '    # approve: [irreversible]',
    `    budget: { mutations: ${needed} }${behind('every change that this document allows; one run seldom needs more than a few')}`,
  ];
}
