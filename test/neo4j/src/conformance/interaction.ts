// What is done to a server, as data: the same on a real and on a simulated one.
import type { SimValue } from '@neo4j-operator/neo4j-sim';

/** A message as it goes over the wire: its tag and its fields. */
export type Message = readonly [tag: number, ...fields: readonly SimValue[]];

/** Name and password. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** How much of rows is compared. */
export type RowDetail =
  /** Every row with its values. */
  | 'values'
  /** What types of values each column has: how many rows there are, and their values, differ by nature. */
  | 'types'
  /** Nothing of them, only the names of the columns. */
  | 'columns';

/** One thing that a client does. What comes of it is compared, except where it says otherwise. */
export type Step =
  /** Opens a connection, shakes hands by four proposals in hexadecimal, and answers a manifest with `choice`. */
  | { readonly type: 'shake-hands'; readonly proposals: string; readonly choice?: string }
  /** Opens a connection and sends text that is no Bolt; all that comes until the server hangs up is compared by its first line. */
  | { readonly type: 'shout'; readonly text: string }
  /** Opens a connection that is logged in; not compared. The newest version that both sides speak, unless one is named (`0805`). */
  | { readonly type: 'log-in'; readonly login?: Login; readonly bolt?: string }
  /** Messages in one piece; one answer each. */
  | { readonly type: 'send'; readonly messages: readonly Message[]; readonly rows?: RowDetail }
  /** A statement with all its rows, in a transaction of its own, on the connection that is open; then RESET if it failed. */
  | {
      readonly type: 'query';
      readonly text: string;
      readonly parameters?: Readonly<Record<string, SimValue>>;
      readonly database?: string;
      readonly rows?: RowDetail;
    }
  /** A statement by the administrator on a connection of its own; has to succeed, and is not compared. */
  | {
      readonly type: 'prepare';
      readonly text: string;
      readonly parameters?: Readonly<Record<string, SimValue>>;
      readonly database?: string;
    }
  /** The official driver logs in, runs one statement in a managed transaction, and is closed. */
  | {
      readonly type: 'drive';
      readonly scheme: 'bolt' | 'neo4j';
      readonly login?: Login;
      readonly database: string;
      readonly text: string;
      readonly parameters?: Readonly<Record<string, SimValue>>;
    }
  /** An HTTP request without credentials. */
  | { readonly type: 'get'; readonly path: string };

/** A named series of steps. Whatever it makes it removes. */
export interface Interaction {
  readonly name: string;
  /** The last connection opened is the one that steps speak over. */
  readonly steps: readonly Step[];
}

/** What an interaction is written for. */
export interface Target {
  /** `5.26.30` */
  readonly version: string;
  /** Of the administrator. */
  readonly login: Login;
}
