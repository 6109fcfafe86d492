import { ORPCError } from '@orpc/client';
import { ERRORS, ErrorCode, ErrorDetail } from '../../contract';

/** An error as the console shows it: a code of the closed set, its words and what this case adds. */
export interface Problem {
  readonly code: ErrorCode;
  readonly title: string;
  readonly detail: ErrorDetail;
}

function codeOf(error: unknown): ErrorCode {
  if (error instanceof ORPCError) {
    const code = ErrorCode.safeParse(error.code);
    if (code.success) return code.data;
    return error.code === 'BAD_REQUEST' ? 'BAD_INPUT' : 'INTERNAL';
  }
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'TIMED_OUT';
  if (error instanceof DOMException && error.name === 'AbortError') return 'CANCELLED';
  return 'INTERNAL';
}

/** Reads any thrown value as a {@link Problem}; what is not known becomes `INTERNAL`. */
export function problemOf(error: unknown): Problem {
  const code = codeOf(error);
  const words = ERRORS[code];
  const detail = ErrorDetail.safeParse(error instanceof ORPCError ? error.data : undefined);
  return { code, title: words.title, detail: detail.success ? detail.data : { next: words.next } };
}

/** The refused fields of a form, ready for `form.setErrors`. */
export function fieldProblems(error: unknown): Record<string, string> {
  const fields = problemOf(error).detail.fields ?? [];
  return Object.fromEntries(fields.map((field) => [field.path, field.problem]));
}

/** An error of the closed set made in the window itself. @param reason one sentence about this very case */
export function localError(code: ErrorCode, reason?: string): ORPCError<ErrorCode, ErrorDetail> {
  const { status, title, next } = ERRORS[code];
  return new ORPCError(code, {
    status,
    message: title,
    data: reason === undefined ? { next } : { next, reason },
  });
}
