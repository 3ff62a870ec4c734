import type { SimObject } from './object.ts';

/** Who asks, as authentication found out. */
export interface UserInfo {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
}

/** A request as the model sees it, whichever way it came. */
export interface ApiRequest {
  readonly method: string;
  /** Escaped, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly user: UserInfo;
}

/** A change as a watch tells it. Undefined object text means a bookmark of that version. */
export interface WatchSource {
  /**
   * Begins to deliver. Lines are whole events, each with its newline, in order. What has happened already is delivered before this
   * returns; later events when they are written.
   *
   * @param sink.line - called for each event
   * @param sink.end - called once when the server ends the watch (its time is over, or the server stops)
   * @returns stops the delivery; harmless when called twice
   */
  open(sink: { readonly line: (line: string) => void; readonly end: () => void }): () => void;
}

/** What every answer begins with. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer that is got from somewhere else, as the log of a pod is from its node. */
export interface LateAnswer extends AnswerHead {
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * A whole answer, the head of one whose lines follow, or one that is yet to come: its head is only what is expected. What it waits
 * for never fails, and its body ends when `gone` is aborted.
 */
export type ApiAnswer =
  | (AnswerHead & { readonly body: string })
  | (AnswerHead & { readonly watch: WatchSource })
  | (AnswerHead & { readonly later: (gone: AbortSignal) => Promise<LateAnswer> });

/**
 * Answers a request. It is synchronous: a request takes effect as a whole and in the order of the calls, so that nothing depends on
 * timing that a test does not control. It never throws; a failure is an answer.
 */
export type Handler = (request: ApiRequest) => ApiAnswer;

/** The seam for what runs inside of the control plane (its controllers): synchronous, as `system:masters`. All throw ApiFailure. */
export interface InsideClient {
  get(type: TypeRef, namespace: string | undefined, name: string): SimObject | undefined;
  list(type: TypeRef, namespace?: string): readonly SimObject[];
  create(object: SimObject, manager: string): SimObject;
  /** PUT, of a subresource if one is named. The object's resourceVersion, if there, is the precondition. */
  update(object: SimObject, manager: string, subresource?: string): SimObject;
  delete(type: TypeRef, namespace: string | undefined, name: string, options?: DeleteOptions): void;
}

/** `{ group: 'apps', plural: 'statefulsets' }` */
export interface TypeRef {
  readonly group: string;
  readonly plural: string;
}

/** What a DELETE may say. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

/** A committed change, as controllers inside of the control plane see it. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: TypeRef;
  readonly namespace: string | undefined;
  readonly name: string;
  /** After the change; the last state of a deleted object. Parsed when asked for, a fresh copy each time. */
  readonly object: () => SimObject;
  /** Before the change. */
  readonly old: () => SimObject | undefined;
}
