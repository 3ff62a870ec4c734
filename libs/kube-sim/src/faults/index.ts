// The vocabulary of faults: the same for this model and for a proxy in front of a real server.
export { blackhole, fin, reset } from './actions/connection.ts';
export { htmlPage200, status } from './actions/answer.ts';
export { delay, dropResponse, resetAfterUpstream } from './actions/lost-answer.ts';
export { AnswerTape } from './actions/replay.ts';
export { dropEvents, duplicateEvents, editEvents, injectEvent, swapEvents } from './actions/stream-edit.ts';
export {
  blackholeAfterEvents,
  endAfterEvents,
  finAfterEvents,
  resetAfterEvents,
  truncateEvent,
} from './actions/stream-end.ts';
export { delayEvents, oneByteChunks, slowDrip } from './actions/stream-pace.ts';
export { type Action, type BodyTransform, ClientGone, type Exchange, type ServerAnswer } from './exchange.ts';
export { type InProcessParts, type Reply, act, exchangeThrough } from './in-process.ts';
export { type OpenRecord, type RequestRecord, recordOf } from './request-record.ts';
export { type Rule, Script, type ScriptedRule } from './script.ts';
export {
  type FailureCode,
  type FailureDetails,
  type WatchEvent,
  errorEvent,
  failureStatus,
} from './status.ts';
export { type FaultTarget, staleRead } from './target.ts';
export { JumpingClock } from './jumping-clock.ts';
export {
  type FaultRates,
  type InjectedFault,
  type SeededFaults,
  type SeededFaultsOptions,
  seededFaults,
} from './seeded.ts';
