// What a real server says to the text of a statement, without carrying it out.
import { Neo4jError } from 'neo4j-driver';
import { newSession, openDriver } from './driver.ts';
import type { ServerUnderTest } from './harness.ts';
import { splitLanguage } from './language.ts';

/** What the server says. */
export type ServerVerdict =
  | {
      readonly accepted: true;
      /** False if the edition has no such command: Community parses and checks all that Enterprise has, and only then refuses. */
      readonly supportedHere: boolean;
    }
  | {
      readonly accepted: false;
      /**
       * `Neo.ClientError...`. `...Statement.SyntaxError` means that the text is wrong. `...Procedure.ProcedureNotFound` only that this
       * edition lacks the procedure: those of Enterprise cannot be checked on Community.
       */
      readonly code: string;
      readonly message: string;
    };

/** A server that is asked for verdicts. */
export interface Oracle {
  /**
   * Has the server parse and check a statement by EXPLAIN; parameters need no values. Names and values in OPTIONS, and whether anything
   * exists, it does not check.
   *
   * @param database - `system` for administration; data and schema statements are refused there
   * @throws Error if the server cannot be asked, or answers with anything that is no verdict
   */
  explain(statement: string, database?: 'system' | 'neo4j'): Promise<ServerVerdict>;
  close(): Promise<void>;
}

/** Opens an oracle. */
export function openOracle(server: ServerUnderTest): Oracle {
  const connection = openDriver(server);
  return {
    async explain(statement, database = 'system') {
      const { prefix, text } = splitLanguage(statement);
      const session = newSession(connection, database);
      try {
        await session.run(`${prefix}EXPLAIN ${text}`);
        return { accepted: true, supportedHere: true };
      } catch (error) {
        if (error instanceof Neo4jError && isOnTheStatement(error.code)) return verdictOf(error);
        throw new Error(`${server.name} gave no verdict on ${statement}: ${String(error)}`, { cause: error });
      } finally {
        await session.close();
      }
    },
    close: () => connection.close(),
  };
}

/** Not on the login, the connection or the state of the server. */
function isOnTheStatement(code: string): boolean {
  return code.startsWith('Neo.ClientError.') && !code.startsWith('Neo.ClientError.Security.');
}

function verdictOf({ code, message }: Neo4jError): ServerVerdict {
  return isUnsupportedHere(code, message)
    ? { accepted: true, supportedHere: false }
    : { accepted: false, code, message };
}

/** For SHOW SERVERS and SHOW ALIASES, 5.26 sends a code that means something else elsewhere; only the message tells. */
function isUnsupportedHere(code: string, message: string): boolean {
  return (
    code === 'Neo.ClientError.Statement.UnsupportedAdministrationCommand' ||
    (code === 'Neo.ClientError.Statement.NotSystemDatabaseError' &&
      message.startsWith('Unsupported administration command'))
  );
}
