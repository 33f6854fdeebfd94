/** Status codes of gRPC: fixed numbers of the protocol. */
import { isGrpcServiceError } from '@temporalio/client';

/** The codes that are told apart. */
export const GRPC = {
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** The status of a gRPC error, or undefined for anything else. */
export function grpcStatus(error: unknown): number | undefined {
  return isGrpcServiceError(error) ? error.code : undefined;
}
