import type { DbmsStatement, ProbeStatement, Term } from './ast.ts';
import type { Cursor } from './cursor.ts';

/** Settings, transactions and procedures; `undefined` if it is none. */
export function parseDbmsStatement(cursor: Cursor): DbmsStatement | undefined {
  if (cursor.acceptOneOf('SHOW SETTINGS', 'SHOW SETTING')) {
    const isNamed = !cursor.atEnd() && !cursor.sees('YIELD');
    const names = isNamed ? cursor.list(() => cursor.textOrParameter()) : [];
    return { kind: 'show-settings', names, yield: cursor.yieldClause() };
  }
  if (cursor.acceptOneOf('SHOW TRANSACTIONS', 'SHOW TRANSACTION')) {
    return { kind: 'show-transactions', yield: cursor.yieldClause() };
  }
  if (cursor.acceptOneOf('TERMINATE TRANSACTIONS', 'TERMINATE TRANSACTION')) {
    return { kind: 'terminate-transactions', ids: cursor.list(() => cursor.textOrParameter()) };
  }
  if (cursor.accept('CALL')) {
    let procedure = cursor.identifier('a procedure name');
    while (cursor.acceptSymbol('.')) procedure += `.${cursor.identifier('a procedure name')}`;
    cursor.expectSymbol('(');
    const args = cursor.seesSymbol(')') ? [] : cursor.list(() => cursor.value());
    cursor.expectSymbol(')');
    return { kind: 'call', procedure, arguments: args, yield: cursor.yieldClause() };
  }
  return undefined;
}

/** `MERGE (p:Probe {id: $id})` and `MATCH (p:Probe {id: $id}) RETURN p.id AS id`, and nothing like them; `undefined` if it is none. */
export function parseProbeStatement(cursor: Cursor): ProbeStatement | undefined {
  if (cursor.accept('MERGE')) return { kind: 'merge-probe', id: probe(cursor) };
  if (!cursor.accept('MATCH')) return undefined;
  const id = probe(cursor);
  cursor.expect('RETURN');
  cursor.expectIdentifier('p');
  cursor.expectSymbol('.');
  cursor.expectIdentifier('id');
  cursor.expect('AS');
  cursor.expectIdentifier('id');
  return { kind: 'match-probe', id };
}

function probe(cursor: Cursor): Term {
  cursor.expectSymbol('(');
  cursor.expectIdentifier('p');
  cursor.expectSymbol(':');
  cursor.expectIdentifier('Probe');
  cursor.expectSymbol('{');
  cursor.expectIdentifier('id');
  cursor.expectSymbol(':');
  if (!cursor.seesParameter()) throw cursor.unexpected('a parameter');
  const id = cursor.value();
  cursor.expectSymbol('}');
  cursor.expectSymbol(')');
  return id;
}
