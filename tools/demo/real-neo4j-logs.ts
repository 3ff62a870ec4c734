// How a server writes its logs: the user's to the container's log, its own beside its data.

const line = '%d{yyyy-MM-dd HH:mm:ss.SSSZ}{GMT+0} %-5level';

/** The files that the image has in its configuration directory for this. */
export const logConfigurations: Readonly<Record<string, string>> = {
  'user-logs.xml': configuration(
    `<Console name="log" target="SYSTEM_OUT"><PatternLayout pattern="${line} %m%n"/></Console>`,
  ),
  'server-logs.xml': configuration(
    `<File name="log" fileName="\${config:server.directories.logs}/debug.log"><PatternLayout pattern="${line} [%c{1.}] %m%n"/></File>`,
  ),
};

function configuration(appender: string): string {
  return `<Configuration status="ERROR">
  <Appenders>${appender}</Appenders>
  <Loggers><Root level="INFO"><AppenderRef ref="log"/></Root></Loggers>
</Configuration>
`;
}
