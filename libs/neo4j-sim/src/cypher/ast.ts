/** The Cypher that a statement is written in. */
export type Language = '5' | '25';

/** A value that is written out or a parameter. */
export type Term =
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: Literal };

/** What can be written out where the grammar takes a value. */
export type Literal =
  null | boolean | bigint | number | string | readonly Literal[] | { readonly [key: string]: Literal };

/** Which columns of the result are wanted. */
export type Yield =
  | { readonly kind: 'default' }
  | { readonly kind: 'all' }
  | { readonly kind: 'columns'; readonly names: readonly string[] };

/** Whether a statement on databases waits for the servers. */
export type WaitClause = { readonly kind: 'no' } | { readonly kind: 'wait'; readonly seconds: number };

/** Numbers of copies; each may be left out of the clause. */
export interface TopologyClause {
  readonly primaries: Term | undefined;
  readonly secondaries: Term | undefined;
}

export type ServerStatement =
  | { readonly kind: 'show-servers'; readonly yield: Yield }
  | { readonly kind: 'enable-server'; readonly server: Term; readonly options: Term | undefined }
  | { readonly kind: 'alter-server'; readonly server: Term; readonly options: Term }
  | { readonly kind: 'rename-server'; readonly server: Term; readonly name: Term }
  | { readonly kind: 'drop-server'; readonly server: Term }
  | { readonly kind: 'deallocate'; readonly dryRun: boolean; readonly servers: readonly Term[] };

export type DatabaseStatement =
  | { readonly kind: 'show-databases'; readonly name: Term | undefined; readonly yield: Yield }
  | {
      readonly kind: 'create-database';
      readonly name: Term;
      readonly ifNotExists: boolean;
      readonly language: Language | undefined;
      readonly topology: TopologyClause | undefined;
      readonly options: Term | undefined;
      readonly wait: WaitClause;
    }
  | {
      readonly kind: 'alter-database';
      readonly name: Term;
      readonly access: 'read-only' | 'read-write' | undefined;
      readonly language: Language | undefined;
      readonly topology: TopologyClause | undefined;
      readonly setOptions: ReadonlyMap<string, Term>;
      readonly removeOptions: readonly string[];
      readonly wait: WaitClause;
    }
  | {
      readonly kind: 'start-database' | 'stop-database';
      readonly name: Term;
      readonly wait: WaitClause;
    }
  | {
      readonly kind: 'drop-database';
      readonly name: Term;
      readonly ifExists: boolean;
      readonly wait: WaitClause;
    };

/** One clause of SET in a statement on users. */
export type UserClause =
  | { readonly kind: 'password'; readonly password: Term; readonly changeRequired: boolean | undefined }
  | { readonly kind: 'change-required'; readonly required: boolean }
  | { readonly kind: 'status'; readonly suspended: boolean }
  | { readonly kind: 'home'; readonly database: Term }
  | { readonly kind: 'auth'; readonly provider: string; readonly id: Term };

export type UserStatement =
  | { readonly kind: 'show-users'; readonly withAuth: boolean; readonly yield: Yield }
  | { readonly kind: 'show-current-user'; readonly yield: Yield }
  | {
      readonly kind: 'create-user';
      readonly name: Term;
      readonly ifNotExists: boolean;
      readonly set: readonly UserClause[];
    }
  | {
      readonly kind: 'alter-user';
      readonly name: Term;
      readonly removeHome: boolean;
      readonly removeAuth: readonly Term[];
      readonly set: readonly UserClause[];
    }
  | { readonly kind: 'drop-user'; readonly name: Term; readonly ifExists: boolean }
  | { readonly kind: 'alter-current-user'; readonly from: Term; readonly to: Term }
  | {
      readonly kind: 'grant-roles' | 'revoke-roles';
      readonly roles: readonly Term[];
      readonly users: readonly Term[];
    };

export type DbmsStatement =
  | {
      readonly kind: 'call';
      readonly procedure: string;
      readonly arguments: readonly Term[];
      readonly yield: Yield;
    }
  | { readonly kind: 'show-settings'; readonly names: readonly Term[]; readonly yield: Yield }
  | { readonly kind: 'show-transactions'; readonly yield: Yield }
  | { readonly kind: 'terminate-transactions'; readonly ids: readonly Term[] };

/** The two statements on data, spelled in one way only. */
export type ProbeStatement =
  { readonly kind: 'merge-probe'; readonly id: Term } | { readonly kind: 'match-probe'; readonly id: Term };

/** Everything that is understood. */
export type CypherStatement =
  ServerStatement | DatabaseStatement | UserStatement | DbmsStatement | ProbeStatement;
