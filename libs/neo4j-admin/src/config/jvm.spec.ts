import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { versionOf } from '../catalogue/index.ts';
import { mergeJvm } from './jvm.ts';

const newest = versionOf('2026.08.1');

function merge(additionalArguments: readonly string[], useDefaults = true) {
  return mergeJvm(newest, { useDefaults, additionalArguments });
}

describe('arguments of the virtual machine', () => {
  it('come after the defaults', () => {
    const { arguments: merged } = merge(['-Dcom.example=1', '-XX:MaxDirectMemorySize=1g']);

    expect(merged.slice(-2)).toEqual(['-Dcom.example=1', '-XX:MaxDirectMemorySize=1g']);
    expect(merged).toContain('-XX:+UseG1GC');
  });

  it.each([
    ['-XX:-AlwaysPreTouch', '-XX:+AlwaysPreTouch'],
    ['-XX:FlightRecorderOptions=stackdepth=64', '-XX:FlightRecorderOptions=stackdepth=256'],
    ['-Djdk.tls.ephemeralDHKeySize=4096', '-Djdk.tls.ephemeralDHKeySize=2048'],
    ['-XX:+UseZGC', '-XX:+UseG1GC'],
  ])('%s takes the place of %s', (argument, replaced) => {
    const before = merge([]).arguments;
    const after = merge([argument]).arguments;

    expect(after).toEqual(before.map((known) => (known === replaced ? argument : known)));
    expect(after).not.toEqual(before);
  });

  it('may open several packages', () => {
    const opens = [
      '--add-opens=java.base/java.lang=ALL-UNNAMED',
      '--add-opens=java.base/java.util=ALL-UNNAMED',
    ];

    expect(merge(opens).arguments.slice(-2)).toEqual(opens);
  });

  it.each([
    '-Xmx4g',
    '-Xms1g',
    '-Xmn512m',
    '-XX:MaxHeapSize=4g',
    '-XX:MaxRAMPercentage=80',
    '-XX:InitialRAMPercentage=50',
    '-XX:Flags=/plugins/flags',
    '-XX:VMOptionsFile=/plugins/options',
  ])('%s is refused, as the heap is planned', (argument) => {
    expect(merge([argument])).toEqual({
      arguments: merge([]).arguments,
      problems: [
        {
          setting: 'jvm.additionalArguments',
          severity: 'error',
          reason: 'HeapArgument',
          message: expect.stringContaining('set memory.heap instead'),
        },
      ],
    });
  });

  it.each([
    '',
    'server',
    '-Da=b -Dc=d',
    '-Da=b\n-Xmx4g',
    '-',
    '-Dq="x',
    "-Dq='x",
    `-Dq="x'y`,
    '"-Da=b"',
    '@file',
  ])('%j is refused, as it is not one argument', (argument) => {
    expect(merge([argument]).problems).toMatchObject([{ reason: 'NotAJvmArgument' }]);
  });

  it.each([
    '-version',
    '--version',
    '-help',
    '--help',
    '-h',
    '-X',
    '-jar',
    '-cp',
    '-classpath',
    '--class-path=/plugins',
    '--module=x',
    '-m',
    '--list-modules',
    '--dry-run',
    '--add-modules',
    '--add-opens',
    '-Xinternalversion',
    '-Xlog:help',
    '-Xshare:dump',
    '-XX:+PrintFlagsInitial',
    '-XX:ExitOnOutOfMemoryError',
    '-agentlib:jdwp=help',
    '-nonsense',
  ])('%s is refused, as no server would run', (argument) => {
    expect(merge([argument])).toEqual({
      arguments: merge([]).arguments,
      problems: [
        {
          setting: 'jvm.additionalArguments',
          severity: 'error',
          reason: 'NotAJvmArgument',
          message: expect.stringContaining('leave it out'),
        },
      ],
    });
  });

  it('do not let a server live on without memory', () => {
    expect(merge(['-XX:-ExitOnOutOfMemoryError'])).toMatchObject({
      arguments: merge([]).arguments,
      problems: [
        { reason: 'RequiredArgument', message: expect.stringContaining('-XX:+ExitOnOutOfMemoryError') },
      ],
    });
    expect(merge(['-XX:+ExitOnOutOfMemoryError'])).toEqual(merge([]));
  });

  it.each([
    '-Dq="x"',
    `-Dq='x'"y"`,
    '-Dempty=',
    '-Dflag',
    '-ea',
    '-ea:com.example...',
    '-esa',
    '-Xss2m',
    '-Xlog:gc*:file=/logs/gc.log',
    '-verbose:gc',
    '-XX:+HeapDumpOnOutOfMemoryError',
    '-XX:HeapDumpPath=/data/dumps',
    '-javaagent:/plugins/agent.jar=port:9404',
    '-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=5005',
    '--add-modules=jdk.incubator.vector',
    '--add-exports=java.base/sun.security.x509=ALL-UNNAMED',
    '--enable-preview',
  ])('%s is passed on', (argument) => {
    const { arguments: merged, problems } = merge([argument]);

    expect(problems).toEqual([]);
    expect(merged).toContain(argument);
  });

  it('without the defaults are those that the version cannot do without', () => {
    const longTerm = mergeJvm(versionOf('5.26.30'), {
      useDefaults: false,
      additionalArguments: [],
    }).arguments;

    expect(longTerm).toHaveLength(4);
    expect(merge([], false).arguments.filter((argument) => !longTerm.includes(argument))).toEqual([
      '--enable-native-access=ALL-UNNAMED',
    ]);
  });

  it('are there once each, and merging again changes nothing', () => {
    const argument = fc.constantFrom(
      '-XX:+UseZGC',
      '-XX:+UseParallelGC',
      '-XX:-UseG1GC',
      '-Da=1',
      '-Da=2',
      '-Da',
      '-Xss1m',
      '-Xss2m',
      '-ea',
    );
    fc.assert(
      fc.property(fc.array(argument), (additional) => {
        const once = merge(additional);

        expect(once.problems).toEqual([]);
        expect(new Set(once.arguments).size).toBe(once.arguments.length);
        expect(merge(once.arguments)).toEqual(once);
      }),
    );
  });
});
