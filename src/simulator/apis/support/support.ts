import type { Route } from '../../surface/router.ts';
import type { Surface } from '../../surface/surface.ts';
import { SUPPORT_HOST, Support } from './cases.ts';

/** Cloud Support v2: classifications, cases, comments, attachments (gcp-facts 7). Not idempotent: there is no request id. */
export function supportRoutes(surface: Surface): readonly Route[] {
  const api = new Support(surface);
  const parent = '/v2/projects/{project}/cases';
  const read = { host: SUPPORT_HOST, method: 'GET', writes: false } as const;
  const write = { host: SUPPORT_HOST, method: 'POST', writes: true } as const;
  return [
    {
      ...read,
      id: 'cloudsupport.caseClassifications.search',
      path: '/v2/caseClassifications:search',
      permission: 'cloudsupport.properties.get',
      answer: (call) => api.classify(call),
    },
    { ...read, id: 'cloudsupport.cases.list', path: parent, permission: 'cloudsupport.techCases.list', answer: (call) => api.list(call) },
    {
      ...read,
      id: 'cloudsupport.cases.search',
      path: `${parent}:search`,
      permission: 'cloudsupport.techCases.list',
      answer: (call) => api.search(call),
    },
    {
      ...read,
      id: 'cloudsupport.cases.get',
      path: `${parent}/{case}`,
      permission: 'cloudsupport.techCases.get',
      answer: (call) => api.get(call),
    },
    {
      ...write,
      id: 'cloudsupport.cases.create',
      path: parent,
      permission: 'cloudsupport.techCases.create',
      answer: (call) => api.create(call),
    },
    {
      ...write,
      id: 'cloudsupport.cases.patch',
      method: 'PATCH',
      path: `${parent}/{case}`,
      permission: 'cloudsupport.techCases.update',
      answer: (call) => api.patch(call),
    },
    {
      ...write,
      id: 'cloudsupport.cases.escalate',
      path: `${parent}/{case}:escalate`,
      permission: 'cloudsupport.techCases.escalate',
      answer: (call) => api.escalate(call),
    },
    {
      ...write,
      id: 'cloudsupport.cases.close',
      path: `${parent}/{case}:close`,
      permission: 'cloudsupport.techCases.update',
      answer: (call) => api.close(call),
    },
    {
      ...read,
      id: 'cloudsupport.cases.comments.list',
      path: `${parent}/{case}/comments`,
      permission: 'cloudsupport.techCases.get',
      answer: (call) => api.comments(call),
    },
    {
      ...write,
      id: 'cloudsupport.cases.comments.create',
      path: `${parent}/{case}/comments`,
      permission: 'cloudsupport.techCases.update',
      answer: (call) => api.comment(call),
    },
    {
      ...read,
      id: 'cloudsupport.cases.attachments.list',
      path: `${parent}/{case}/attachments`,
      permission: 'cloudsupport.techCases.get',
      answer: (call) => api.attachments(call),
    },
    {
      ...write,
      id: 'cloudsupport.media.upload',
      media: true,
      path: `/upload${parent}/{case}/attachments`,
      permission: 'cloudsupport.techCases.update',
      answer: (call) => api.attach(call),
    },
    {
      ...read,
      id: 'cloudsupport.media.download',
      path: `${parent}/{case}/attachments/{attachment}:download`,
      permission: 'cloudsupport.techCases.get',
      answer: (call) => api.download(call),
    },
  ];
}
