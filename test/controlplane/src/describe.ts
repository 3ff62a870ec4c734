import { describe, it } from '@jest/globals';
import { findControlPlane } from './binaries.ts';

/**
 * Like `describe`, for suites that need the control plane. Without its programs the suite is skipped with one line, or fails under
 * `REQUIRE_CONTROLPLANE=1`.
 */
export function describeWithControlPlane(name: string, suite: () => void): void {
  const found = findControlPlane();
  if (!('missing' in found)) {
    describe(name, suite);
  } else if (process.env['REQUIRE_CONTROLPLANE'] === '1') {
    describe(name, () => {
      it('has a control plane', () => {
        throw new Error(found.missing);
      });
    });
  } else {
    process.stderr.write(`Skipped: ${name}. ${found.missing}\n`);
    describe.skip(name, suite);
  }
}
