// What must hold whatever happens, watched while it happens.
import type { Stage } from '../stage/stage.ts';
import { watchClaims } from './claims.ts';
import { watchDatabases } from './databases.ts';
import { watchDeletes } from './deletes.ts';
import { watchDisruptions } from './disruptions.ts';
import { watchIdentity } from './identity.ts';
import { watchSecrets } from './secrets.ts';
import { watchSpecs } from './specs.ts';
import { watchVolumes } from './volumes.ts';

/** What is watched. */
export type Invariant =
  /** No claim is deleted, or could be by garbage collection, unless its cluster is deleted with `retentionPolicy: Delete`. */
  | 'ClaimsKept'
  /** No database is dropped or lost unless its object is deleted with `deletionPolicy: Drop`. */
  | 'DatabasesKept'
  /** The operator owns no field of the spec of an object of a user. */
  | 'SpecUntouched'
  /** The operator disturbs a server only when the one before is back. */
  | 'OneDisruption'
  /** Each database has a quorum of its primaries when the operator disturbs a server, and without that server. */
  | 'QuorumKept'
  /** A generated Secret has one value for ever, unless its cluster was deleted with `retentionPolicy: Delete`. */
  | 'OneSecretValue'
  /** A volume belongs to one server and a server's identity to one volume; never do two processes use it at a time. */
  | 'OneVolumePerServer'
  /** All servers of a name are of one Neo4j cluster, for as long as their claims are kept. */
  | 'OneCluster'
  /** What is deleted was read live right before, and named by its uid. */
  | 'LiveBeforeDelete';

/** One time that something did not hold. */
export interface Violation {
  readonly invariant: Invariant;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** What each part is given. */
export interface Watched {
  readonly stage: Stage;
  readonly report: (invariant: Invariant, message: string) => void;
}

/** The invariants of a stage, from when they are watched on. */
export interface Invariants {
  readonly violations: readonly Violation[];
  /**
   * To be called whenever a test wants to know.
   *
   * @throws Error that names all violations, and the seed
   */
  check(): void;
  stop(): void;
}

/** Watches everything that happens on a stage; begin before the operator does. */
export function watchInvariants(stage: Stage): Invariants {
  const violations: Violation[] = [];
  const watched: Watched = {
    stage,
    report: (invariant, message) => {
      violations.push({ invariant, message, atMs: stage.clock.now() });
    },
  };
  const stops = [
    watchClaims(watched),
    watchDatabases(watched),
    watchSpecs(watched),
    watchDisruptions(watched),
    watchSecrets(watched),
    watchVolumes(watched),
    watchIdentity(watched),
    watchDeletes(watched),
  ];
  return {
    violations,
    check: () => {
      if (violations.length === 0) return;
      const lines = violations.map(
        ({ atMs, invariant, message }) => `${new Date(atMs).toISOString()} ${invariant}: ${message}`,
      );
      throw new Error([`seed ${stage.seed}`, ...lines].join('\n'));
    },
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}
