export { blackhole, fin, reset } from './actions/connection.ts';
export { htmlPage200, status } from './actions/answer.ts';
export { delay, dropResponse, resetAfterUpstream } from './actions/lost-answer.ts';
export { AnswerTape } from './actions/replay.ts';
export { duplicateEvents, editEvents, injectEvent, swapEvents } from './actions/stream-edit.ts';
export {
  blackholeAfterEvents,
  endAfterEvents,
  finAfterEvents,
  resetAfterEvents,
  truncateEvent,
} from './actions/stream-end.ts';
export { oneByteChunks, slowDrip } from './actions/stream-pace.ts';
export { type BodyTransform, type Exchange } from './exchange.ts';
export { type Doorway, type FaultProxy, type Hook, startFaultProxy } from './proxy.ts';
export { type RequestRecord } from './request-log.ts';
export { type Action, type Rule, type ScriptedRule } from './script.ts';
export {
  type FailureCode,
  type FailureDetails,
  type WatchEvent,
  errorEvent,
  failureStatus,
} from './status.ts';
