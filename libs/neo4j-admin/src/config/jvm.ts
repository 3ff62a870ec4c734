import type { Neo4jVersion } from '../catalogue/index.ts';
import { error, type FieldProblem } from './problem.ts';

/** Who has a say in the arguments of the virtual machine. */
export interface JvmRequest {
  /** Whether the arguments that Neo4j comes with are used. */
  readonly useDefaults: boolean;
  readonly additionalArguments: readonly string[];
}

/** The arguments in the order in which they are given, and what was refused. */
export interface MergedJvm {
  readonly arguments: readonly string[];
  readonly problems: readonly FieldProblem[];
}

/**
 * Merges arguments. An argument of the user takes the place of a default that decides the same; of several that decide the same, the last
 * counts, as for the virtual machine. The order is that of the defaults, then the user's. Refused is what would keep the server from
 * starting, overrule the planned heap, or take back what a server needs.
 */
export function mergeJvm(version: Neo4jVersion, request: JvmRequest): MergedJvm {
  const required = new Map(requiredArguments(version).map((argument) => [decides(argument), argument]));
  const merged = new Map(required);
  if (request.useDefaults) for (const argument of defaultArguments) merged.set(decides(argument), argument);
  const problems: FieldProblem[] = [];
  for (const argument of request.additionalArguments) {
    const problem = argumentProblem(argument) ?? takingBackProblem(argument, required);
    if (problem === undefined) merged.set(decides(argument), argument);
    else problems.push(problem);
  }
  return { arguments: [...merged.values()], problems };
}

const field = 'jvm.additionalArguments';

/** What the code of the version needs to run on its own virtual machine, whatever the user thinks of the defaults. */
function requiredArguments(version: Neo4jVersion): readonly string[] {
  return [
    '--add-opens=java.base/java.nio=ALL-UNNAMED',
    '--add-opens=java.base/java.io=ALL-UNNAMED',
    '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
    // Java 24 and later say so on every start otherwise, and will refuse one day.
    ...(version.line === 'calendar' ? ['--enable-native-access=ALL-UNNAMED'] : []),
    // A server that is out of memory must end: one that half lives keeps its place in the quorum.
    '-XX:+ExitOnOutOfMemoryError',
  ];
}

/** What the configuration that Neo4j comes with asks for. Those that unlock others come before them. */
const defaultArguments: readonly string[] = [
  '-XX:+UnlockExperimentalVMOptions',
  '-XX:+UnlockDiagnosticVMOptions',
  '-XX:+UseG1GC',
  '-XX:-OmitStackTraceInFastThrow',
  '-XX:+AlwaysPreTouch',
  '-XX:+TrustFinalNonStaticFields',
  '-XX:+DisableExplicitGC',
  '-XX:+DebugNonSafepoints',
  '-XX:FlightRecorderOptions=stackdepth=256',
  '-Djdk.nio.maxCachedBufferSize=1024',
  '-Dio.netty.tryReflectionSetAccessible=true',
  '-Djdk.tls.ephemeralDHKeySize=2048',
  '-Djdk.tls.rejectClientInitiatedRenegotiation=true',
  '-Dlog4j2.disable.jmx=true',
];

const collectors = /^-XX:\+Use(G1|Z|Parallel|Serial|Shenandoah|Epsilon)GC$/;

/** Two arguments that decide the same cannot both be given. */
function decides(argument: string): string {
  // Two collectors keep the virtual machine from starting.
  if (collectors.test(argument)) return 'collector';
  const flag = /^-XX:[+-]?([A-Za-z0-9]+)/.exec(argument);
  if (flag !== null) return `-XX:${flag[1]}`;
  const property = /^(-D[^=]+)/.exec(argument);
  if (property !== null) return property[1] ?? argument;
  return argument.startsWith('-Xss') ? '-Xss' : argument;
}

/** What is for the virtual machine itself. */
const machineArguments = new RegExp(
  [
    '-D[^=]',
    '-X[^X]',
    String.raw`-XX:([+-]\w+$|\w+=)`,
    '-(ea|da|enableassertions|disableassertions)(:|$)',
    '-(esa|dsa|enablesystemassertions|disablesystemassertions)$',
    '-(javaagent|agentlib|agentpath):',
    '-verbose(:|$)',
    '-(server|showversion)$',
    '--(enable-preview|show-version)$',
    // With a blank instead of the equals sign they would take the next argument, whatever it is.
    '--(add-(opens|exports|reads|modules)|patch-module|limit-modules)=.',
    '--(enable-native-access|illegal-native-access|sun-misc-unsafe-memory-access|finalization)=.',
  ]
    .map((form) => `^${form}`)
    .join('|'),
);

/** After these, Java prints something and ends. */
const endingArguments =
  /^-X(internalversion|share:dump)$|^-XX:\+PrintFlagsInitial$|^-(Xlog|Xrunjdwp|agentlib:jdwp)[:=]help$/;

/** The server takes what is between two quotation marks of one kind for one text, and needs the second. */
const balancedQuotes = /^([^"']|"[^"]*"|'[^']*')*$/;

function argumentProblem(argument: string): FieldProblem | undefined {
  const shown = JSON.stringify(argument);
  if (!/^-[A-Za-z-][^\s\p{Cc}]*$/u.test(argument)) {
    return error(
      field,
      'NotAJvmArgument',
      `${shown} is no argument: one item for each, beginning with a dash, without blanks`,
    );
  }
  if (!balancedQuotes.test(argument)) {
    return error(
      field,
      'NotAJvmArgument',
      `${shown} lacks a closing quotation mark: add it, or leave out the first`,
    );
  }
  if (!machineArguments.test(argument) || endingArguments.test(argument)) {
    return error(
      field,
      'NotAJvmArgument',
      `${shown} keeps Java from running the server: leave it out. Possible are system properties, options that begin with -X or -XX:, ` +
        'agents, assertions, and options of modules written with an equals sign',
    );
  }
  if (
    /^-X(mx|ms|mn)|^-XX:(Max|Initial|Min)(HeapSize|RAMPercentage|RAMFraction)=|^-XX:MaxRAM=/.test(argument) ||
    // A file with arguments could say anything.
    /^-XX:(Flags|VMOptionsFile)=/.test(argument)
  ) {
    return error(
      field,
      'HeapArgument',
      `${shown} would overrule the planned memory: set memory.heap instead`,
    );
  }
  return undefined;
}

function takingBackProblem(
  argument: string,
  required: ReadonlyMap<string, string>,
): FieldProblem | undefined {
  const needed = required.get(decides(argument));
  if (needed === undefined || needed === argument) return undefined;
  return error(
    field,
    'RequiredArgument',
    `${JSON.stringify(argument)} would take back ${needed}, without which servers are not run: leave it out`,
  );
}
