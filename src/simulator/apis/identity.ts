import { idToken } from '../id-token.ts';
import { Verbatim, type Route } from '../surface/router.ts';
import type { Surface } from '../surface/surface.ts';
import { invalid } from '../surface/api-error.ts';

/** ID tokens: of the caller's own account as the metadata server gives them, and of another one by IAM Service Account Credentials v1. */
export function identityRoutes(surface: Surface): readonly Route[] {
  const { seed } = surface.scenario;
  return [
    {
      id: 'metadata.serviceAccounts.identity',
      host: 'metadata.google.internal',
      method: 'GET',
      path: '/computeMetadata/v1/instance/service-accounts/default/identity',
      permission: null,
      writes: false,
      answer: ({ query, actor, now }) => {
        const audience = query.get('audience');
        if (audience === undefined || audience === '') throw invalid('non-empty audience parameter required');
        const body = idToken({ seed, audience, email: actor, now });
        return new Verbatim({ status: 200, headers: { 'content-type': 'text/html', 'metadata-flavor': 'Google' }, body });
      },
    },
    {
      id: 'iamcredentials.projects.serviceAccounts.generateIdToken',
      host: 'iamcredentials.googleapis.com',
      method: 'POST',
      path: '/v1/projects/{project}/serviceAccounts/{account}:generateIdToken',
      permission: 'iam.serviceAccounts.getOpenIdToken',
      writes: false,
      answer: ({ params, body, now }) => {
        const { audience } = body();
        if (typeof audience !== 'string' || audience === '') throw invalid('Audience must not be empty.');
        return { token: idToken({ seed, audience, email: params['account'] ?? '', now }) };
      },
    },
  ];
}
