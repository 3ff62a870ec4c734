// Failures of reads whose version is too old or too new.
import { ApiFailure } from '../api/failure.ts';

/** 410 for a version whose history is gone. */
export function tooOld(wanted: number, oldest: number): ApiFailure {
  return new ApiFailure(410, 'Expired', `too old resource version: ${wanted} (${oldest})`);
}

/** How long the server waits for a version to come. */
export const futureWaitMs = 3000;

/** 504 for a version that has not come. */
export function tooLarge(wanted: number, current: number): ApiFailure {
  return new ApiFailure(
    504,
    'Timeout',
    `Timeout: Too large resource version: ${wanted}, current: ${current}`,
    {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  );
}
