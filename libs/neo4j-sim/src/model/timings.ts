import type { Window } from './raft.ts';

/** How long things take, in milliseconds. */
export interface SimTimings {
  /** How often leaders call on the others, secondaries pull, and everybody looks around. */
  readonly heartbeatMs: number;
  /** How long servers have to see each other before they form a cluster. */
  readonly formationMs: number;
  /** How long until a server acts on a change in the system database. */
  readonly reconcileMs: number;
  /** How long a database takes to start. */
  readonly startMs: number;
  /** How long a store copy takes at least, and for each probe that is in the database. */
  readonly storeCopyMs: number;
  readonly storeCopyMsPerProbe: number;
  /** `dbms.cluster.raft.leader_failure_detection_window`. */
  readonly detectionWindow: Window;
  /** `dbms.cluster.raft.election_failure_detection_window`. */
  readonly electionWindow: Window;
  /** How long a dropped server that is gone is still listed. */
  readonly droppedRowMs: number;
}

/** As on real servers, as far as it is documented: elections by the defaults of the two windows, the rest is plausible. */
export const realTimings: SimTimings = {
  heartbeatMs: 1000,
  formationMs: 5000,
  reconcileMs: 500,
  startMs: 1000,
  storeCopyMs: 5000,
  storeCopyMsPerProbe: 1,
  detectionWindow: [20_000, 23_000],
  electionWindow: [3000, 6000],
  droppedRowMs: 30_000,
};

/** Nothing takes longer than it must, elections a second at most: for tests against the system's clock. */
export const promptTimings: SimTimings = {
  heartbeatMs: 100,
  formationMs: 0,
  reconcileMs: 0,
  startMs: 0,
  storeCopyMs: 0,
  storeCopyMsPerProbe: 0,
  detectionWindow: [500, 800],
  electionWindow: [100, 200],
  droppedRowMs: 500,
};
