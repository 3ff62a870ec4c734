import type { SimAnswer, SimFailure, SimResult, SimValue } from './contract.ts';
import { ServerEndpoint } from './execute/endpoint.ts';
import type { SimServer } from './model/server.ts';

/** Runs a statement on a server as some user, in a transaction of its own. */
export function run(
  server: SimServer,
  text: string,
  parameters: Readonly<Record<string, SimValue>> = {},
  { database = 'system', user = 'neo4j', timeoutMs = undefined as number | undefined } = {},
): Promise<SimAnswer> {
  return new ServerEndpoint(server).run(
    { user, database, access: 'write', bookmarks: [], timeoutMs },
    text,
    parameters,
  );
}

/** The result, for statements that must succeed. */
export function resultOf(answer: SimAnswer): SimResult {
  if (answer.ok) return answer.result;
  throw new Error(`${answer.failure.code}: ${answer.failure.message}`);
}

/** The failure, for statements that must not. */
export function failureOf(answer: SimAnswer): SimFailure {
  if (!answer.ok) return answer.failure;
  throw new Error('the statement has succeeded');
}

/** Rows as objects. */
export function rows(answer: SimAnswer): readonly Readonly<Record<string, SimValue>>[] {
  const { columns, rows: values } = resultOf(answer);
  return values.map((row) =>
    Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])),
  );
}
