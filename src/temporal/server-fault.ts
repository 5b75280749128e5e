import { isGrpcServiceError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';

/** gRPC codes that blame the call itself: invalid argument, failed precondition, out of range. */
const CODES_OF_THE_CALL = new Set([3, 9, 11]);

/** Whether the fault lies with the server, the way to it or its namespace, and so hits every call. */
export function isServerFault(error: unknown): boolean {
  if (error instanceof NamespaceNotFoundError) return true;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return !CODES_OF_THE_CALL.has(cause.code);
  }
  return false;
}
