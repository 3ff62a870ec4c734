/** What is wrong with a configuration, in words that a person can act on. */

/** Stable identifiers of what can be wrong, for conditions, events and documents. */
export const configurationReasons = {
  Malformed: 'what stands before the equals sign cannot be the name of a setting',
  ControlCharacter: 'the name or value has a control character, as a line break is',
  CommandExpansion: 'the value would be run as a command by a server that expands commands',
  NotCanonical: 'the name differs from that of a setting by capitals or blanks only',
  Duplicate: 'the setting is given twice',
  OwnedByOperator: 'the setting follows from the model',
  Removed: 'the version has no such setting any more',
  Renamed: 'the setting has another name in this version',
  NameOf4: 'the name is one of Neo4j 4',
  NotYet: 'only a later version has the setting',
  EnterpriseOnly: 'only the Enterprise edition has the setting',
  ApocSetting: 'settings of APOC are not allowed in neo4j.conf',
  Unknown: 'the catalogue does not know the setting',
  Internal: 'the setting is not supported and may change in any release',
  WrongValue: 'the value is not of the type of the setting',
  OperatorLogin: 'with the value the operator could not log in to the servers',
  InitialHeapAboveMax: 'the heap would begin larger than it may become',
  NotBytes: 'the number is no count of bytes',
  ContainerTooSmall: 'the container has less memory than a server needs',
  HeapTooSmall: 'the heap is smaller than a server needs',
  PageCacheTooSmall: 'the page cache is smaller than a server needs',
  MemoryExceedsContainer: 'heap, page cache and what the process needs besides do not fit into the container',
  TransactionsExceedHeap: 'transactions may take more memory than the heap has',
  NotAJvmArgument: 'the text is no argument of a Java virtual machine that is to run a server',
  RequiredArgument: 'the argument would take back one that servers need',
  HeapArgument: 'the size of the heap is not said by arguments',
} as const;

/** One of them. */
export type ConfigurationReason = keyof typeof configurationReasons;

/** One thing that is wrong. With an error nothing is rendered; a warning is shown, and the setting is used. */
export interface FieldProblem {
  /** The setting, or the field of the model. */
  readonly setting: string;
  readonly severity: 'error' | 'warning';
  readonly reason: ConfigurationReason;
  /** What is wrong, and what to do about it. */
  readonly message: string;
}

/** A problem that forbids to go on. */
export function error(setting: string, reason: ConfigurationReason, message: string): FieldProblem {
  return { setting, severity: 'error', reason, message };
}

/** A problem that one can live with. */
export function warning(setting: string, reason: ConfigurationReason, message: string): FieldProblem {
  return { setting, severity: 'warning', reason, message };
}

/** A value of `$(…)` is the output of a command where a server is told to expand commands; whoever may set one runs code there. */
export function commandProblem(setting: string): FieldProblem {
  return error(
    setting,
    'CommandExpansion',
    `the value of ${setting} holds "$(", which runs a command in the server: write the result`,
  );
}
