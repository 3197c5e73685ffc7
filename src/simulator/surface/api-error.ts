/** Canonical codes with their HTTP status and gRPC number (gcp-facts 11). 400 and 409 are each shared by two codes. */
const CODES = {
  CANCELLED: [499, 1],
  UNKNOWN: [500, 2],
  INVALID_ARGUMENT: [400, 3],
  DEADLINE_EXCEEDED: [504, 4],
  NOT_FOUND: [404, 5],
  ALREADY_EXISTS: [409, 6],
  PERMISSION_DENIED: [403, 7],
  RESOURCE_EXHAUSTED: [429, 8],
  FAILED_PRECONDITION: [400, 9],
  ABORTED: [409, 10],
  UNIMPLEMENTED: [501, 12],
  INTERNAL: [500, 13],
  UNAVAILABLE: [503, 14],
  UNAUTHENTICATED: [401, 16],
} as const satisfies Record<string, readonly [number, number]>;

export type CanonicalCode = keyof typeof CODES;
export type ErrorDetail = Readonly<Record<string, unknown>> & { readonly '@type': string };

/** A refusal as a Google API words it. Thrown by the APIs, rendered once by the simulator. */
export class ApiError extends Error {
  readonly code: CanonicalCode;
  readonly details: readonly ErrorDetail[];
  /** `errors[].reason` of the older body shape. */
  readonly legacyReason: string | null;

  constructor(code: CanonicalCode, message: string, options: { details?: readonly ErrorDetail[]; legacyReason?: string } = {}) {
    super(message);
    this.code = code;
    this.details = options.details ?? [];
    this.legacyReason = options.legacyReason ?? null;
  }

  get httpStatus(): number {
    return CODES[this.code][0];
  }

  get grpcCode(): number {
    return CODES[this.code][1];
  }
}

/** Body of the modern APIs: run, vpcaccess, monitoring, logging, cloudsupport (gcp-facts 11). */
export function modernBody(error: ApiError): unknown {
  return {
    error: {
      code: error.httpStatus,
      message: error.message,
      status: error.code,
      ...(error.details.length > 0 && { details: error.details }),
    },
  };
}

const LEGACY_REASONS: Partial<Record<CanonicalCode, string>> = {
  INVALID_ARGUMENT: 'invalid',
  NOT_FOUND: 'notFound',
  PERMISSION_DENIED: 'forbidden',
  RESOURCE_EXHAUSTED: 'rateLimitExceeded',
  UNAVAILABLE: 'backendError',
  INTERNAL: 'internalError',
};

/** Body of the older APIs (sqladmin): `errors[]`, no `status`, no `details` (gcp-facts 11). */
export function legacyBody(error: ApiError): unknown {
  const reason = error.legacyReason ?? LEGACY_REASONS[error.code] ?? 'backendError';
  return { error: { code: error.httpStatus, message: error.message, errors: [{ message: error.message, domain: 'global', reason }] } };
}

/** The canonical code a bare HTTP status usually stands for; used for injected faults. */
export function canonicalOf(httpStatus: number): CanonicalCode {
  const usual: Record<number, CanonicalCode> = { 400: 'INVALID_ARGUMENT', 409: 'ABORTED', 500: 'INTERNAL' };
  const found = usual[httpStatus] ?? (Object.keys(CODES) as CanonicalCode[]).find((code) => CODES[code][0] === httpStatus);
  return found ?? (httpStatus >= 500 ? 'UNAVAILABLE' : 'INVALID_ARGUMENT');
}

export function errorInfo(reason: string, domain: string, metadata: Readonly<Record<string, string>>): ErrorDetail {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain, metadata };
}

export function fieldViolation(field: string, description: string): ErrorDetail {
  return { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field, description }] };
}

export function invalid(message: string, field?: string): ApiError {
  return new ApiError('INVALID_ARGUMENT', message, field === undefined ? {} : { details: [fieldViolation(field, message)] });
}

/** gcp-facts 10: the same 403 whether the resource exists or not. */
export function permissionDenied(permission: string, resource: string, host: string): ApiError {
  return new ApiError('PERMISSION_DENIED', `Permission '${permission}' denied on resource '//${host}/${resource}' (or it may not exist).`, {
    details: [errorInfo('IAM_PERMISSION_DENIED', host, { permission, resource })],
  });
}

/** gcp-facts 7 and 10: an API that is not enabled answers 403 with SERVICE_DISABLED. */
export function serviceDisabled(host: string, projectNumber: string): ApiError {
  const consumer = `projects/${projectNumber}`;
  const message =
    `${host} API has not been used in project ${projectNumber} before or it is disabled. Enable it by visiting ` +
    `https://console.developers.google.com/apis/api/${host}/overview?project=${projectNumber} then retry.`;
  return new ApiError('PERMISSION_DENIED', message, {
    details: [errorInfo('SERVICE_DISABLED', 'googleapis.com', { service: host, consumer })],
    legacyReason: 'accessNotConfigured',
  });
}
