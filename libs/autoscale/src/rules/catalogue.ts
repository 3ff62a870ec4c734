import type { RuleName } from './types.ts';

/** What each rule means, in one line: those of the engine's stages and those of the constraints. */
export const ruleCatalogue: Readonly<Record<RuleName, string>> = {
  ClockWentBackwards: 'The time is before that of the last evaluation; the size is held.',
  MetricsMissing: 'No metric could be read, or too few to remove a server; the size is held.',
  Fallback: 'Metrics have been missing for longer than `fallback.after`; the configured behaviour applies.',
  StabilizationWindow: 'A recommendation of the last minutes is more careful than that of now.',
  ScaleUpLimit: 'The policies of `behavior.scaleUp` allow no more servers to be added in their period.',
  ScaleDownLimit: 'The policies of `behavior.scaleDown` allow no more servers to be removed in their period.',
  LatencyVeto: 'Queries are too slow for a server to be removed.',
  Forecast: 'The forecast asks for more servers than the load of now; it never asks for fewer.',
  ScheduleFloor: 'An entry of `schedule` asks for at least this many secondaries.',
  ZoneMinimum: '`minReplicasPerZone` times the zones is the least number of servers.',
  MinReplicas: '`minReplicas` is the least number of servers.',
  MaxReplicas: '`maxReplicas` is the greatest number of servers; it wins over every minimum.',
  OddPrimaries: 'Primaries come in odd numbers.',
  OneStepAtATime: 'A decision adds or removes one server, or two primaries.',
  DatabaseTopology:
    'A database asks for copies on servers that would leave; no primary leaves while this is unknown.',
  QuorumMajority: 'The servers that stay ready would be no majority of the pool or of what a database needs.',
  MinHealthyPrimaries: 'Fewer ready primaries would be left than `quorumProtection.minHealthyPrimaries`.',
  UnhealthyServer: 'A server is not ready: none is removed meanwhile, and no primary is added.',
  ZoneSkew: 'No server can leave with `minReplicasPerZone` and `maxZoneSkew` kept.',
  ChangeInProgress: 'The last change of the pool is not complete.',
  OnePoolAtATime: 'The other pool changes.',
  CoolDown: 'The last change in the other direction is too recent.',
  Maintenance: 'The cluster is under maintenance.',
  OperationLock: 'Another operation holds the cluster.',
  Paused: 'The policy pauses scaling in this direction.',
};
