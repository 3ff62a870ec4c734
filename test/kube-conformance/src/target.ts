// What scenes are played on: a real or a simulated control plane, told apart by nothing but the answers.

/** A request, with everything that is sent. */
export interface Call {
  readonly method: string;
  /** Path and query, escaped. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A whole answer. */
export interface Answer {
  readonly status: number;
  /** Names in lower case; several of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The part of a watch that was waited for; an answer other than 200 has no lines but a body. */
export interface Watched extends Answer {
  readonly lines: readonly string[];
}

/** How long a watch is read. */
export interface WatchReading {
  /** Until the server ends it, instead of until it is silent. */
  readonly untilEnd: boolean;
  /** So many lines come at least; only makes the wait shorter. */
  readonly expected?: number;
}

/** A control plane. Requests are made as a member of `system:masters` unless they bring credentials. */
export interface Target {
  readonly name: string;
  call(call: Call): Promise<Answer>;
  watch(call: Call, reading: WatchReading): Promise<Watched>;
  /** Lets time go by. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}
