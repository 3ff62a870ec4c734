// Whether statements that we build are Cypher: by Neo4j's own parser, and by a real server.
import type { Neo4jVersion, Statement } from '@neo4j-operator/neo4j-admin';
import type { Oracle } from './oracle.ts';
import { parseOfficially, type ParserVerdict } from './parser.ts';
import type { CypherLanguage, ServerVersion } from './versions.ts';

/** What became of the distinct texts. */
export interface StatementTotals {
  /** Statements that were given. */
  readonly statements: number;
  /** Different texts among them. */
  readonly texts: number;
  readonly acceptedByParser: number;
  /** Accepted by the server, which has the command too. */
  readonly acceptedByServer: number;
  /** Parsed and checked by the server, which as a Community server lacks the command. */
  readonly unsupportedHere: number;
  /** Calls of procedures that only Enterprise has: the server knows neither their names nor their arguments. */
  readonly enterpriseProcedures: number;
  /** The texts that were refused, with the reason. */
  readonly refusals: readonly string[];
}

/** The real server that stands for a version: that of its line. */
export function serverFor(version: Neo4jVersion): ServerVersion {
  return version.line === '5.26' ? '5.26.30' : '2026.08.1';
}

/**
 * Has each distinct text parsed by both.
 *
 * @param language - what a server of that version takes statements without a prefix for
 */
export async function checkStatements(
  statements: readonly Statement[],
  language: CypherLanguage,
  oracle: Oracle,
): Promise<StatementTotals> {
  const texts = [...new Set(statements.map(({ text }) => text))];
  const totals = { acceptedByParser: 0, acceptedByServer: 0, unsupportedHere: 0, enterpriseProcedures: 0 };
  const refusals: string[] = [];
  for (const text of texts) {
    const parsed = parseOnce(text, language);
    if (parsed.accepted) totals.acceptedByParser++;
    else refusals.push(`parser: ${text}: ${parsed.message}`);

    const verdict = await oracle.explain(text, isOnData(text) ? 'neo4j' : 'system');
    if (verdict.accepted) totals[verdict.supportedHere ? 'acceptedByServer' : 'unsupportedHere']++;
    else if (isMissingProcedure(text, verdict.code)) totals.enterpriseProcedures++;
    else refusals.push(`server: ${text}: ${verdict.code}: ${verdict.message}`);
  }
  return { statements: statements.length, texts: texts.length, ...totals, refusals };
}

/** Most texts are the same for many versions, and the parser takes long. */
const verdicts = new Map<string, ParserVerdict>();

function parseOnce(text: string, language: CypherLanguage): ParserVerdict {
  const key = `${language} ${text}`;
  const verdict = verdicts.get(key) ?? parseOfficially(text, language);
  verdicts.set(key, verdict);
  return verdict;
}

/** The only statements on data that simulated servers take. */
function isOnData(text: string): boolean {
  return text.includes('(p:Probe');
}

function isMissingProcedure(text: string, code: string): boolean {
  return code === 'Neo.ClientError.Procedure.ProcedureNotFound' && /\bCALL dbms\./.test(text);
}
