import type { ServerStatement } from './ast.ts';
import type { Cursor } from './cursor.ts';

/** Statements on servers (operations manual, "Clustering", "Managing servers"); `undefined` if it is none. */
export function parseServerStatement(cursor: Cursor): ServerStatement | undefined {
  if (cursor.acceptOneOf('SHOW SERVERS', 'SHOW SERVER')) {
    return { kind: 'show-servers', yield: cursor.yieldClause() };
  }
  if (cursor.accept('ENABLE SERVER')) {
    const server = cursor.textOrParameter();
    const options = cursor.accept('OPTIONS') ? cursor.mapOrParameter() : undefined;
    return { kind: 'enable-server', server, options };
  }
  if (cursor.accept('ALTER SERVER')) {
    const server = cursor.textOrParameter();
    cursor.expect('SET OPTIONS');
    return { kind: 'alter-server', server, options: cursor.mapOrParameter() };
  }
  if (cursor.accept('RENAME SERVER')) {
    const server = cursor.textOrParameter();
    cursor.expect('TO');
    return { kind: 'rename-server', server, name: cursor.textOrParameter() };
  }
  if (cursor.accept('DROP SERVER')) return { kind: 'drop-server', server: cursor.textOrParameter() };
  const dryRun = cursor.accept('DRYRUN');
  if (dryRun || cursor.sees('DEALLOCATE')) {
    cursor.expect('DEALLOCATE DATABASES', 'DEALLOCATE DATABASE');
    cursor.expect('FROM SERVERS', 'FROM SERVER');
    return { kind: 'deallocate', dryRun, servers: cursor.list(() => cursor.textOrParameter()) };
  }
  return undefined;
}
