import type { Failure } from './types';

/** What every function of this folder throws: a stable code for programs and one sentence for a person. */
export class ApiError extends Error {
  readonly code: string;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'ApiError';
    this.code = failure.code;
  }
}

function isFailure(value: unknown): value is Failure {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Failure).code === 'string' &&
    typeof (value as Failure).message === 'string'
  );
}

/** Whatever was thrown, as an `ApiError`; a bare text (the bridge's own failures) gets the code `bridge`. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (isFailure(thrown)) return new ApiError(thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiError({ code: 'bridge', message });
}
