import { describe, it } from '@jest/globals';
import { findControlPlane } from './binaries.ts';
import { type ControlPlane, type StartOptions, startControlPlane } from './control-plane.ts';
import { startSimulatedControlPlane } from './simulated.ts';

/** What a suite needs of real programs. */
export interface Needs {
  /** What was looked for, or why it is missing. */
  readonly found: object;
  /** The environment variable that makes its absence a failure. */
  readonly required: string;
  /** Completes "has". */
  readonly what: string;
}

/**
 * Like `describe`, for suites that need real programs. Without them the suite is skipped with one line, or fails if the environment says
 * that they are required.
 */
export function describeIfThere(title: string, { found, required, what }: Needs, suite: () => void): void {
  const missing = 'missing' in found ? String(found.missing) : undefined;
  if (missing === undefined) {
    describe(title, suite);
  } else if (process.env[required] === '1') {
    describe(title, () => {
      it(`has ${what}`, () => {
        throw new Error(missing);
      });
    });
  } else {
    process.stderr.write(`Skipped: ${title}. ${missing}\n`);
    describe.skip(title, suite);
  }
}

/** For suites that need the control plane; `REQUIRE_CONTROLPLANE=1` requires it. */
export function describeWithControlPlane(name: string, suite: () => void): void {
  describeIfThere(
    name,
    { found: findControlPlane(), required: 'REQUIRE_CONTROLPLANE', what: 'a control plane' },
    suite,
  );
}

/** Starts the control plane that a suite runs on. */
export type Start = (options?: StartOptions) => Promise<ControlPlane>;

/**
 * For suites that run on the real control plane and on the simulated one alike, once on each. Both need the programs: kubectl is the
 * real one in either case.
 */
export function describeOnControlPlanes(name: string, suite: (start: Start) => void): void {
  describeWithControlPlane(`${name}: on the real control plane`, () => {
    suite(startControlPlane);
  });
  describeWithControlPlane(`${name}: on the simulated control plane`, () => {
    suite(startSimulatedControlPlane);
  });
}
