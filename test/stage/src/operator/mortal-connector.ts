import type { BoltAnswer, BoltConnector, BoltLink } from '@neo4j-operator/neo4j-admin';
import { hasChanged, isChanging } from '../world/statements.ts';
import { type Life, silence } from './life.ts';
import type { Ledger } from './ledger.ts';

/** The way of one process to Neo4j. When its life ends its connections break, and it is told of nothing any more. */
export function mortalConnector(
  inner: BoltConnector,
  { ledger, life, run }: { readonly ledger: Ledger; readonly life: Life; readonly run: number },
): BoltConnector {
  return {
    open: (endpoint) => {
      const link = inner.open({ ...endpoint, mayLogIn: () => !life.isOver && endpoint.mayLogIn() });
      life.onEnd(() => void link.close());
      return mortalLink(link, (statement, options) =>
        isChanging(statement.text)
          ? ledger
              .write(
                run,
                {
                  kind: 'cypher',
                  user: endpoint.credentials.username,
                  database: options.database,
                  addresses: endpoint.addresses(),
                  text: statement.text,
                  parameters: statement.parameters,
                },
                () => (life.isOver ? undefined : link.run(statement, options)),
                (answer) => effectOf(statement.text, answer),
              )
              .then((answer) => answer ?? silence())
          : link.run(statement, options),
      );
    },
  };

  function mortalLink(link: BoltLink, send: BoltLink['run']): BoltLink {
    return {
      run: async (statement, options) => (life.isOver ? silence() : life.hears(send(statement, options))),
      connections: () => link.connections(),
      close: () => (life.isOver ? silence() : link.close()),
    };
  }
}

function effectOf(text: string, answer: BoltAnswer): 'taken' | 'none' | 'unknown' {
  if (answer.ok) return hasChanged(text, answer.result) ? 'taken' : 'none';
  const { failure } = answer;
  return failure.origin === 'transport' && failure.mayHaveRun ? 'unknown' : 'none';
}
