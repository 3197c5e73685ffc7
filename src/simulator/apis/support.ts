import { ApiError, invalid } from '../surface/api-error.ts';
import { applyMask, parseMask } from '../surface/masks.ts';
import { page, pageSize } from '../surface/paging.ts';
import type { Call, Route } from '../surface/router.ts';
import { Seeded } from '../surface/seeded.ts';
import type { Surface } from '../surface/surface.ts';
import { asString, camelKeys, enumName, isFields, onlyKnown, timestamp, type Fields } from '../surface/wire.ts';

const HOST = 'cloudsupport.googleapis.com';
const SERVICE = 'google.cloud.support.v2.CaseService';
const PRIORITIES = ['PRIORITY_UNSPECIFIED', 'P0', 'P1', 'P2', 'P3', 'P4'];
const REASONS = ['REASON_UNSPECIFIED', 'RESOLUTION_TIME', 'TECHNICAL_EXPERTISE', 'BUSINESS_IMPACT'];
const CASE = new Set(
  'name displayName description classification timeZone subscriberEmailAddresses state createTime updateTime creator contactEmail escalated testCase languageCode priority'.split(
    ' ',
  ),
);
const MUTABLE = ['priority', 'displayName', 'subscriberEmailAddresses', 'contactEmail'];
const LONGEST_COMMENT = 12_800;
/** How long until somebody takes a new case. */
const TAKEN_AFTER_MS = 4 * 60_000;

const CLASSIFICATIONS = [
  {
    id: '100152K41DPK4CPG68PJ8C9G60R30C1I68R3EE1J6GQJCE1M74O3',
    displayName: 'Technical Issue > Serverless > Cloud Run > Networking and VPC Access',
  },
  {
    id: '100152K41DPK4CPG68PJ8C9G60R30C1I68R3EE1J6GQJCE1M74P3',
    displayName: 'Technical Issue > Serverless > Cloud Run > Deployment and Revisions',
  },
  {
    id: '100152K41DPK4CPG68PJ8C9G60R30C1I68R3EE1J6GQJCE1M74Q3',
    displayName: 'Technical Issue > Networking > Serverless VPC Access > Connector',
  },
  { id: '100152K41DPK4CPG68PJ8C9G60R30C1I68R3EE1J6GQJCE1M74R3', displayName: 'Technical Issue > Databases > Cloud SQL > Connectivity' },
];

interface SupportCase {
  readonly number: number;
  fields: Fields;
  readonly createdAt: number;
  updatedAt: number;
  escalated: boolean;
  closed: boolean;
  readonly creator: string;
  readonly comments: { readonly number: number; readonly body: string; readonly createdAt: number; readonly creator: string }[];
}

/** Cloud Support v2: classifications, cases, comments (gcp-facts 7). Not idempotent: there is no request id. */
export function supportRoutes(surface: Surface): readonly Route[] {
  const api = new Support(surface);
  const parent = '/v2/projects/{project}/cases';
  const read = { host: HOST, method: 'GET', writes: false } as const;
  const write = { host: HOST, method: 'POST', writes: true } as const;
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
  ];
}

class Support {
  readonly #surface: Surface;
  readonly #cases: SupportCase[] = [];
  readonly #classifications: readonly { readonly id: string; readonly displayName: string }[];
  readonly #plan: boolean;
  #nextNumber: number;

  constructor(surface: Surface) {
    const { support, seed } = surface.scenario;
    this.#surface = surface;
    this.#plan = support?.plan ?? true;
    this.#classifications = support?.classifications ?? CLASSIFICATIONS;
    this.#nextNumber = 50_000_000 + new Seeded(seed, 'support').between(0, 9_000_000);
  }

  classify({ query }: Call): unknown {
    this.#needPlan();
    const words = wordsOf(query.get('query') ?? '');
    const found = this.#classifications.filter(({ displayName }) => words.every((word) => displayName.toLowerCase().includes(word)));
    const { items, nextPageToken } = page(found, pageSize(query.get('pageSize'), 100, 100), query.get('pageToken'));
    return { ...(items.length > 0 && { caseClassifications: items }), nextPageToken };
  }

  list(call: Call): unknown {
    this.#needPlan();
    return this.#listed(call, this.#cases.filter(caseFilter(call.query.get('filter') ?? '')));
  }

  /** Conditions as in `list`, and a quoted text that is searched in name, description and comments. */
  search(call: Call): unknown {
    this.#needPlan();
    const query = call.query.get('query') ?? '';
    const terms = query.split(/\s+AND\s+/).map((term) => term.trim());
    const conditions = terms.filter((term) => /^[\w.]+\s*=/.test(term) && !/^(project|organization)\s*=/.test(term));
    const texts = terms.filter((term) => /^"/.test(term)).map((term) => term.replaceAll('"', '').toLowerCase());
    const accepts = caseFilter(conditions.join(' AND '));
    const found = this.#cases.filter((each) => accepts(each) && texts.every((text) => searchable(each).includes(text)));
    return this.#listed(call, found);
  }

  get(call: Call): unknown {
    return this.#render(this.#named(call), call.now);
  }

  create(call: Call): unknown {
    this.#needPlan();
    const fields = this.#readCase(call.body());
    for (const field of ['displayName', 'description'] as const) {
      if ((asString(fields[field], `case.${field}`) ?? '') === '') throw invalid(`The case must have a ${field}.`, `case.${field}`);
    }
    if (fields['priority'] === undefined) throw invalid('The case must have a priority (P0 to P4).', 'case.priority');
    const id = isFields(fields['classification']) ? fields['classification']['id'] : undefined;
    const classification = this.#classifications.find((each) => each.id === id);
    if (!classification)
      throw invalid(`The classification id '${String(id ?? '')}' is not valid or is no longer in use.`, 'case.classification.id');
    const created: SupportCase = {
      number: this.#nextNumber++,
      fields: { languageCode: 'en', ...fields, classification },
      createdAt: call.now,
      updatedAt: call.now,
      escalated: false,
      closed: false,
      creator: call.actor,
      comments: [],
    };
    this.#cases.push(created);
    this.#commit(call, created, 'CreateCase');
    return this.#render(created, call.now);
  }

  patch(call: Call): unknown {
    const found = this.#open(call);
    const body = this.#readCase(call.body());
    const paths = parseMask(call.query.get('updateMask')) ?? MUTABLE.filter((field) => body[field] !== undefined);
    const fixed = paths.find((path) => !MUTABLE.includes(path));
    if (fixed !== undefined) throw invalid(`Field '${fixed}' cannot be updated.`, 'updateMask');
    found.fields = applyMask(found.fields, body, paths);
    this.#commit(call, found, 'UpdateCase');
    return this.#render(found, call.now);
  }

  escalate(call: Call): unknown {
    const found = this.#open(call);
    const escalation = (camelKeys(call.body()) as Fields)['escalation'];
    if (!isFields(escalation)) throw invalid('An escalation must be given.', 'escalation');
    const reason = enumName(escalation['reason'], REASONS, 'escalation.reason');
    if (reason === undefined) throw invalid('The escalation must have a reason.', 'escalation.reason');
    if ((asString(escalation['justification'], 'escalation.justification') ?? '') === '')
      throw invalid('The escalation must have a justification.', 'escalation.justification');
    if (found.escalated) throw new ApiError('FAILED_PRECONDITION', 'The case is already escalated.');
    found.escalated = true;
    this.#commit(call, found, 'EscalateCase');
    return this.#render(found, call.now);
  }

  close(call: Call): unknown {
    const found = this.#open(call);
    found.closed = true;
    this.#commit(call, found, 'CloseCase');
    return this.#render(found, call.now);
  }

  comments(call: Call): unknown {
    const found = this.#named(call);
    const { items, nextPageToken } = page(
      [...found.comments].reverse(),
      pageSize(call.query.get('pageSize'), 10, 100),
      call.query.get('pageToken'),
    );
    return { ...(items.length > 0 && { comments: items.map((each) => this.#renderComment(found, each)) }), nextPageToken };
  }

  comment(call: Call): unknown {
    const found = this.#open(call);
    const body = asString(call.body()['body'], 'comment.body') ?? '';
    if (body === '') throw invalid('The comment must have a body.', 'comment.body');
    if (body.length > LONGEST_COMMENT)
      throw invalid(`The comment body must be at most ${LONGEST_COMMENT} characters long, got ${body.length}.`, 'comment.body');
    const added = { number: found.comments.length + 1, body, createdAt: call.now, creator: call.actor };
    found.comments.push(added);
    this.#commit(call, found, 'CreateComment');
    return this.#renderComment(found, added);
  }

  #readCase(body: Fields): Fields {
    const fields = camelKeys(body) as Fields;
    onlyKnown(fields, CASE, 'case');
    const priority = enumName(fields['priority'], PRIORITIES, 'case.priority');
    const {
      priority: _priority,
      name: _name,
      state: _state,
      createTime: _created,
      updateTime: _updated,
      creator: _creator,
      escalated: _escalated,
      ...rest
    } = fields;
    return { ...rest, ...(priority !== undefined && { priority }) };
  }

  /** Newest first. */
  #listed({ query, now }: Call, found: readonly SupportCase[]): unknown {
    const { items, nextPageToken } = page([...found].reverse(), pageSize(query.get('pageSize'), 10, 100), query.get('pageToken'));
    return { ...(items.length > 0 && { cases: items.map((each) => this.#render(each, now)) }), nextPageToken };
  }

  #commit(call: Call, changed: SupportCase, method: string): void {
    changed.updatedAt = call.now;
    call.commit({
      methodName: `${method === 'CreateComment' ? 'google.cloud.support.v2.CommentService' : SERVICE}.${method}`,
      resourceName: this.#path(changed),
      resource: { type: 'audited_resource', labels: { service: HOST, method, project_id: this.#surface.project } },
      request: call.body(),
    });
  }

  #open(call: Call): SupportCase {
    const found = this.#named(call);
    if (found.closed) throw new ApiError('FAILED_PRECONDITION', `Case ${this.#path(found)} is closed.`);
    return found;
  }

  #named({ params }: Call): SupportCase {
    this.#needPlan();
    const found = this.#cases.find(({ number }) => String(number) === params['case']);
    if (found) return found;
    throw new ApiError('NOT_FOUND', `Case projects/${params['project']}/cases/${params['case']} was not found.`);
  }

  /** The exact answer without a plan is not known; 403 is the likelier one (gcp-facts 7). */
  #needPlan(): void {
    if (!this.#plan)
      throw new ApiError(
        'PERMISSION_DENIED',
        'The caller does not have permission: the Cloud Support API is available to Standard, Enhanced and Premium Support customers.',
      );
  }

  #path({ number }: SupportCase): string {
    return `projects/${this.#surface.project}/cases/${number}`;
  }

  #render(each: SupportCase, now: number): Fields {
    const state = each.closed ? 'CLOSED' : now - each.createdAt < TAKEN_AFTER_MS ? 'NEW' : 'IN_PROGRESS_GOOGLE_SUPPORT';
    return {
      name: this.#path(each),
      ...each.fields,
      state,
      createTime: timestamp(each.createdAt),
      updateTime: timestamp(each.updatedAt),
      creator: actor(each.creator),
      ...(each.escalated && { escalated: true }),
    };
  }

  #renderComment(of: SupportCase, { number, body, createdAt, creator }: SupportCase['comments'][number]): Fields {
    return {
      name: `${this.#path(of)}/comments/${number}`,
      createTime: timestamp(createdAt),
      creator: actor(creator),
      body,
      plainTextBody: body,
    };
  }
}

function actor(email: string): Fields {
  return { displayName: email.slice(0, email.indexOf('@')), email };
}

function searchable({ fields, comments }: SupportCase): string {
  return [fields['displayName'], fields['description'], ...comments.map(({ body }) => body)].join('\n').toLowerCase();
}

/** `display_name:"*Cloud Run*"`, or plain words. */
function wordsOf(query: string): readonly string[] {
  const said = /display_?name\s*[:=]\s*"?([^"]*)"?/i.exec(query)?.[1] ?? query;
  return said
    .toLowerCase()
    .split(/[\s*"]+/)
    .filter((word) => word !== '' && word !== 'and' && word !== 'or');
}

/** Conditions joined with AND; anything but `state=`, `priority=` and `creator.email=` is 400 (gcp-facts 7). */
function caseFilter(text: string): (each: SupportCase) => boolean {
  const terms = text
    .split(/\s+AND\s+/)
    .map((term) => term.trim())
    .filter((term) => term !== '');
  const tests = terms.map(caseTest);
  return (each) => tests.every((test) => test(each));
}

function caseTest(term: string): (each: SupportCase) => boolean {
  const inner = term.replace(/^\((.*)\)$/, '$1');
  if (/\s+OR\s+/.test(inner)) {
    const tests = inner.split(/\s+OR\s+/).map(caseTest);
    return (each) => tests.some((test) => test(each));
  }
  const [, field, value] = /^(state|priority|creator\.email)\s*=\s*"?([^"]+)"?$/.exec(inner) ?? [];
  if (field === 'state' && (value === 'OPEN' || value === 'CLOSED')) return ({ closed }) => closed === (value === 'CLOSED');
  if (field === 'priority' && value !== undefined && PRIORITIES.includes(value)) return ({ fields }) => fields['priority'] === value;
  if (field === 'creator.email') return ({ creator }) => creator === value;
  throw invalid(`Invalid filter: '${term}'.`, 'filter');
}
