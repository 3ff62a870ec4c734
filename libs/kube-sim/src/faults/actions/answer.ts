// Answers in the place of the API server: the request is not passed on and has no effect.
import type { Action } from '../exchange.ts';
import { type FailureCode, type FailureDetails, failureStatus } from '../status.ts';

/** Answers with a failure, as the API server words it. */
export function status(code: FailureCode, details: FailureDetails = {}): Action {
  const { retryAfterSeconds } = details;
  const headers = {
    'content-type': 'application/json',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  };
  return (exchange) => {
    exchange.answer(code, headers, JSON.stringify(failureStatus(code, details)));
  };
}

/** Answers 200 with a web page, as a load balancer or a login portal does. */
export function htmlPage200(): Action {
  return (exchange) => {
    exchange.answer(200, { 'content-type': 'text/html' }, '<!doctype html>\n<title>Welcome</title>\n');
  };
}
