import { ApiError, invalid } from '../../surface/api-error.ts';
import { applyMask, parseMask } from '../../surface/masks.ts';
import { listed, page, pageSize } from '../../surface/paging.ts';
import { Verbatim, type Call } from '../../surface/router.ts';
import { Seeded } from '../../surface/seeded.ts';
import type { Surface } from '../../surface/surface.ts';
import { asString, camelKeys, enumName, isFields, onlyKnown, timestamp, type Fields } from '../../surface/wire.ts';
import { caseFilter, searchable, wordsOf } from './filter.ts';
import { readFile, renderFile } from './files.ts';
import { GoogleSide, renderComment } from './google-side.ts';
import { actor, CLASSIFICATIONS, PRIORITIES, type SupportCase } from './model.ts';

export const SUPPORT_HOST = 'cloudsupport.googleapis.com';
const SERVICE = 'google.cloud.support.v2.CaseService';
const SERVICES: Readonly<Record<string, string>> = {
  CreateComment: 'google.cloud.support.v2.CommentService',
  CreateAttachment: 'google.cloud.support.v2.CaseAttachmentService',
};
const REASONS = ['REASON_UNSPECIFIED', 'RESOLUTION_TIME', 'TECHNICAL_EXPERTISE', 'BUSINESS_IMPACT'];
const CASE = new Set(
  'name displayName description classification timeZone subscriberEmailAddresses state createTime updateTime creator contactEmail escalated testCase languageCode priority'.split(
    ' ',
  ),
);
const MUTABLE = ['priority', 'displayName', 'subscriberEmailAddresses', 'contactEmail'];
const LONGEST_COMMENT = 12_800;

/** Cases, comments and classifications of one project. Not idempotent, as at Google: there is no request id. */
export class Support {
  readonly #surface: Surface;
  readonly #cases: SupportCase[] = [];
  readonly #classifications: readonly { readonly id: string; readonly displayName: string; readonly dead?: boolean | undefined }[];
  readonly #google: GoogleSide;
  readonly #plan: boolean;
  #nextNumber: number;

  constructor(surface: Surface) {
    const { support, seed } = surface.scenario;
    this.#surface = surface;
    this.#plan = support?.plan ?? true;
    this.#google = new GoogleSide(support);
    this.#classifications = support?.classifications ?? CLASSIFICATIONS;
    this.#nextNumber = 50_000_000 + new Seeded(seed, 'support').between(0, 9_000_000);
  }

  classify({ query }: Call): unknown {
    this.#needPlan();
    const words = wordsOf(query.get('query') ?? '');
    const found = this.#classifications.filter(({ displayName }) => words.every((word) => displayName.toLowerCase().includes(word)));
    const { items, nextPageToken } = page(found, pageSize(query.get('pageSize'), 100, 100), query.get('pageToken'));
    return listed(
      'caseClassifications',
      items.map(({ id, displayName }) => ({ id, displayName })),
      nextPageToken,
    );
  }

  list(call: Call): unknown {
    this.#needPlan();
    return this.#listed(call, this.#cases.filter(caseFilter(call.query.get('filter') ?? '', this.#isClosed(call))));
  }

  /** Conditions as in `list`, and a quoted text that is searched in name, description and comments. */
  search(call: Call): unknown {
    this.#needPlan();
    const query = call.query.get('query') ?? '';
    const terms = query.split(/\s+AND\s+/).map((term) => term.trim());
    const conditions = terms.filter((term) => /^[\w.]+\s*=/.test(term) && !/^(project|organization)\s*=/.test(term));
    const texts = terms.filter((term) => term.startsWith('"')).map((term) => term.replaceAll('"', '').toLowerCase());
    const accepts = caseFilter(conditions.join(' AND '), this.#isClosed(call));
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
    if (!this.#google.takes(fields['priority']))
      throw invalid(`Priority ${String(fields['priority'])} is not available for this support service.`, 'case.priority');
    const id = isFields(fields['classification']) ? fields['classification']['id'] : undefined;
    const classification = this.#classifications.find((each) => each.id === id);
    if (!classification || classification.dead === true)
      throw invalid(`The classification id '${String(id ?? '')}' is not valid or is no longer in use.`, 'case.classification.id');
    const created: SupportCase = {
      number: this.#nextNumber++,
      fields: { languageCode: 'en', ...fields, classification: { id: classification.id, displayName: classification.displayName } },
      createdAt: call.now,
      updatedAt: call.now,
      escalated: false,
      closed: false,
      creator: call.actor,
      comments: [],
      files: [],
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
    if (!this.#google.escalates) throw new ApiError('FAILED_PRECONDITION', 'Escalation is not available for this support service.');
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
    const all = this.#google.commentsOf(found, call.now).map((each, index) => renderComment(this.#path(found), index + 1, each));
    const { items, nextPageToken } = page(all.reverse(), pageSize(call.query.get('pageSize'), 10, 100), call.query.get('pageToken'));
    return listed('comments', items, nextPageToken);
  }

  comment(call: Call): unknown {
    const found = this.#open(call);
    const body = asString(call.body()['body'], 'comment.body') ?? '';
    if (body === '') throw invalid('The comment must have a body.', 'comment.body');
    if (body.length > LONGEST_COMMENT)
      throw invalid(`The comment body must be at most ${LONGEST_COMMENT} characters long, got ${body.length}.`, 'comment.body');
    const added = { body, createdAt: call.now, by: actor(call.actor) };
    found.comments.push(added);
    this.#commit(call, found, 'CreateComment');
    return renderComment(this.#path(found), found.comments.length, added);
  }

  attachments(call: Call): unknown {
    const found = this.#named(call);
    const { items, nextPageToken } = page(found.files, pageSize(call.query.get('pageSize'), 10, 100), call.query.get('pageToken'));
    return listed(
      'attachments',
      items.map((each) => renderFile(this.#path(found), each)),
      nextPageToken,
    );
  }

  attach(call: Call): unknown {
    const found = this.#open(call);
    const added = { ...readFile(call), id: `0684M${String(found.files.length + 1).padStart(13, '0')}`, by: actor(call.actor) };
    found.files.push(added);
    this.#commit(call, found, 'CreateAttachment');
    return renderFile(this.#path(found), added);
  }

  download(call: Call): unknown {
    const found = this.#named(call);
    const file = found.files.find(({ id }) => id === call.params['attachment']);
    if (file === undefined) throw new ApiError('NOT_FOUND', `Attachment ${call.params['attachment']} was not found.`);
    if (call.query.get('alt') !== 'media') throw invalid('Only alt=media is supported.', 'alt');
    return new Verbatim({ status: 200, headers: { 'content-type': file.mimeType }, body: file.text });
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
    return listed(
      'cases',
      items.map((each) => this.#render(each, now)),
      nextPageToken,
    );
  }

  #commit(call: Call, changed: SupportCase, method: string): void {
    changed.updatedAt = call.now;
    call.commit({
      methodName: `${SERVICES[method] ?? SERVICE}.${method}`,
      resourceName: this.#path(changed),
      resource: { type: 'audited_resource', labels: { service: SUPPORT_HOST, method, project_id: this.#surface.project } },
      request: method === 'CreateAttachment' ? { parent: this.#path(changed) } : call.body(),
    });
  }

  #isClosed({ now }: Call): (each: SupportCase) => boolean {
    return (each) => this.#google.isClosed(each, now);
  }

  #open(call: Call): SupportCase {
    const found = this.#named(call);
    if (this.#google.isClosed(found, call.now)) throw new ApiError('FAILED_PRECONDITION', `Case ${this.#path(found)} is closed.`);
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
    return {
      name: this.#path(each),
      ...each.fields,
      state: this.#google.stateOf(each, now),
      createTime: timestamp(each.createdAt),
      updateTime: this.#google.updateTime(each, now),
      creator: actor(each.creator),
      ...(each.escalated && { escalated: true }),
    };
  }
}
