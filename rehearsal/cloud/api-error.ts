/** A refusal in the cloud's own words: status, code and message are what a client of the real API would see. */
export class ApiError extends Error {
  constructor(
    /** The code a client decides by, such as `InvalidVpcID.NotFound`. */
    readonly code: string,
    message: string,
    /** HTTP status. @default 400 */
    readonly status = 400,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** The account has no such thing. */
export function notFound(code: string, noun: string, id: string): ApiError {
  return new ApiError(code, `The specified ${noun} (${id}) does not exist.`, 404);
}

/** Something else still needs what was to be deleted. */
export function inUse(code: string, noun: string, id: string, users: readonly string[]): ApiError {
  return new ApiError(code, `The ${noun} (${id}) cannot be deleted: ${users.join(', ')} still use it.`);
}
