// Deciding: what was seen, what is remembered and what a policy says become a number of servers.
export { evaluate, EvaluationError, type EvaluateOptions } from './evaluate.ts';
export { forecaster, type Forecaster } from './predict/forecaster.ts';
export { decisionTable } from './explain/table.ts';
export { ruleCatalogue } from './rules/catalogue.ts';
export type { RuleName } from './rules/types.ts';
export type {
  DatabaseObservation,
  Observation,
  PoolName,
  PoolObservation,
  Sample,
  SampleSource,
  ServerObservation,
  ServerState,
  WebhookAnswer,
} from './observation.ts';
export type {
  Decision,
  ForecastPoint,
  ForecastReport,
  Limit,
  MetricFailure,
  MetricReport,
  PoolDecision,
  RecentRange,
  ZoneAdvice,
} from './decision.ts';

// Policies: as users write them, and as they are read.
export { parsePolicy, type ParsedPolicy } from './policy/parse.ts';
export type { Offset } from './policy/time-zone.ts';
export type {
  Algorithm,
  AlgorithmSpec,
  BehaviorSpec,
  DurationText,
  Fallback,
  FallbackBehavior,
  FallbackSpec,
  MetricPolicy,
  MetricSpec,
  MetricType,
  Pause,
  Policy,
  PolicyFieldError,
  PolicySpec,
  PoolPolicy,
  PoolSpec,
  Predictive,
  PredictiveSpec,
  PrimariesSpec,
  ScalingRules,
  ScalingRulesSpec,
  ScheduleEntry,
  ScheduleSpec,
  SecondariesSpec,
  SelectPolicy,
  ZonePolicy,
} from './policy/types.ts';

// What is remembered between evaluations.
export { withDemand } from './history/demand.ts';
export { emptyHistory, emptyPoolHistory } from './history/empty.ts';
export { decodeHistory, encodeHistory } from './history/encoding.ts';
export { HistoryError, type HistoryErrorReason } from './history/error.ts';
export type {
  DemandSeries,
  History,
  JoinRecord,
  LastChange,
  PoolHistory,
  RawSamples,
  ScalingEvent,
  TimedReplicas,
} from './history/types.ts';

// Custom algorithms.
export { compileExpression } from './custom/expression.ts';
export type { CompiledExpression, Expression, ExpressionResult } from './custom/expression.ts';
export type { DatabaseView, ExpressionView, MetricView, ServerView } from './custom/expression-view.ts';
export { readAnswer as readWebhookAnswer, webhookRequest } from './custom/webhook.ts';
export type {
  AnswerResult as WebhookAnswerResult,
  WebhookInput,
  WebhookMetric,
  WebhookRequest,
  WebhookResponse,
  WebhookSample,
  WebhookServer,
} from './custom/webhook.ts';

// Forecasts.
export { fitForecast } from './forecast/fit.ts';
export { forecast } from './forecast/forecast.ts';
export { findSeasons } from './forecast/seasons.ts';
export type {
  BacktestScore,
  Fit,
  FitOptions,
  Forecast,
  ModelName,
  Outlook,
  RecentSkill,
  Season,
  Series,
} from './forecast/types.ts';

// Queues: how long requests take, and how many servers they need.
export {
  erlangC,
  responseTimeProcessorSharing,
  responseTimeSharedQueue,
  serversForResponseTime,
  type Queue,
} from './queueing/queues.ts';

// Replays of recorded loads.
export { elasticityOf, elasticSpeedup } from './replay/elasticity.ts';
export { loadBetween } from './replay/load.ts';
export { replaySvg } from './replay/plot.ts';
export { replay, type ReplaySettings } from './replay/replay.ts';
export { replayJson, replayTable } from './replay/report.ts';
export { ReplayError, type Engine, type SimulationOptions } from './replay/simulate.ts';
export { syntheticFamilies, syntheticTrace } from './replay/synthetic.ts';
export type { SyntheticFamily, SyntheticOptions } from './replay/synthetic.ts';
export { readTrace, TraceError, type TraceErrorReason, type TraceOptions } from './replay/trace.ts';
export type {
  Contender,
  DayBlock,
  Elasticity,
  ReplayOptions,
  ReplayResult,
  SimulatedPool,
  Timeline,
  Trace,
} from './replay/types.ts';

// Comparisons of policies, and targets for a wished share of violations.
export type { Interval } from './compare/bootstrap.ts';
export { casesOf } from './compare/cases.ts';
export { compare, runCase } from './compare/compare.ts';
export { defaultContenders } from './compare/contenders.ts';
export { ComparisonError } from './compare/error.ts';
export { paretoFront, type FrontPoint } from './compare/front.ts';
export { frontsSvg } from './compare/fronts-svg.ts';
export type { Comparison, Outcome } from './compare/interval.ts';
export { comparisonMarkdown, comparisonTable } from './compare/report.ts';
export { capacityOf, comparedPool, intervalFor, scoreFromOf } from './compare/setting.ts';
export { sweptFractions, targetsAt, withTargets, type Target } from './compare/targets.ts';
export { libraryTools } from './compare/tools.ts';
export { tune } from './compare/tune.ts';
export type { TunedPart, TunedRun, TuneOptions, TuneReport } from './compare/tune.ts';
export type {
  CaseReport,
  ComparisonCase,
  ComparisonOptions,
  ComparisonReport,
  SkippedCase,
  SweepRun,
  Tools,
} from './compare/types.ts';

// The Horizontal Pod Autoscaler, from the same pieces, to be compared with the original.
export { hpaPass, initialState as initialHpaState } from './hpa/pass.ts';
export { compareVector as compareHpaVector, judgeVector as judgeHpaVector } from './hpa/vectors.ts';
export { readVectors as readHpaVectors, VectorFormatError as HpaVectorFormatError } from './hpa/vectors.ts';
export type { Memory as HpaMemory } from './hpa/memory.ts';
export type {
  ExternalMetric as HpaExternalMetric,
  HpaMetric,
  MetricFailureReason as HpaMetricFailure,
  MetricFlags as HpaMetricFlags,
  MetricOutcome as HpaMetricOutcome,
  PassStep as HpaPassStep,
  PodsMetric as HpaPodsMetric,
} from './hpa/metric.ts';
export type {
  HpaCondition,
  HpaController,
  HpaSpec,
  HpaState,
  PassOutcome as HpaPassOutcome,
} from './hpa/pass.ts';
export type { ObservedPod as HpaPod, ReadinessFlags as HpaReadinessFlags } from './hpa/readiness.ts';
export type {
  ExpectedMetric as HpaExpectedMetric,
  ExpectedOutcome as HpaExpectedOutcome,
  HpaVector,
  VectorPass as HpaVectorPass,
} from './hpa/vector-format.ts';
export type { Verdict as HpaVerdict, VectorDifference as HpaVectorDifference } from './hpa/vectors.ts';
