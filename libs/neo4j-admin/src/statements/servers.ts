import { can } from '../catalogue/index.ts';
import type { Neo4jVersion } from '../catalogue/index.ts';
import type { CypherValue, Statement } from '../connection/bolt-connector.ts';
import { InvalidInputError } from '../cypher/invalid-input.ts';
import { parameterText } from '../cypher/text.ts';
import { parameterList, statement } from './statement.ts';

/** What databases may live on a server. Never both lists of databases. */
export interface ServerOptions {
  readonly modeConstraint: 'NONE' | 'PRIMARY' | 'SECONDARY';
  /** Names; from 2025.12 on also with wildcards. */
  readonly allowedDatabases?: readonly string[];
  readonly deniedDatabases?: readonly string[];
  /** Each once, without commas. */
  readonly tags?: readonly string[];
}

/** One row for each server, Dropped ones included. */
export function showServers(version: Neo4jVersion): Statement {
  return statement(version, ['SHOW SERVERS YIELD *']);
}

/**
 * Makes a Free server a member, and a Cordoned one again usable.
 *
 * @param server - its name or id
 * @throws InvalidInputError
 */
export function enableServer(version: Neo4jVersion, server: string, options: ServerOptions): Statement {
  return statement(version, ['ENABLE SERVER $server OPTIONS $options'], {
    server: parameterText('server', server),
    options: optionMap(version, options),
  });
}

/**
 * Replaces all options of a server: what is not named falls back to unset, hence the whole set is the argument.
 *
 * @throws InvalidInputError
 */
export function alterServer(version: Neo4jVersion, server: string, options: ServerOptions): Statement {
  return statement(version, ['ALTER SERVER $server SET OPTIONS $options'], {
    server: parameterText('server', server),
    options: optionMap(version, options),
  });
}

/**
 * Gives an enabled server a name, which has to be unique.
 *
 * @throws InvalidInputError
 */
export function renameServer(version: Neo4jVersion, server: string, name: string): Statement {
  return statement(version, ['RENAME SERVER $server TO $name'], {
    server: parameterText('server', server),
    name: parameterText('name', name),
  });
}

/**
 * No new databases on this server from now on. Undone by `enableServer`.
 *
 * @throws InvalidInputError
 */
export function cordonServer(version: Neo4jVersion, server: string): Statement {
  return statement(version, ['CALL dbms.cluster.cordonServer($server)'], {
    server: parameterText('server', server),
  });
}

/**
 * Where the databases would go, a row for each move; changes nothing. Fails as the real statement would.
 *
 * @throws InvalidInputError
 */
export function dryRunDeallocate(version: Neo4jVersion, servers: readonly string[]): Statement {
  return deallocation(version, 'DRYRUN DEALLOCATE', servers);
}

/**
 * Moves all databases away from servers. Cannot be taken back: a server that is Deallocating can only be dropped.
 *
 * @throws InvalidInputError
 */
export function deallocate(version: Neo4jVersion, servers: readonly string[]): Statement {
  return deallocation(version, 'DEALLOCATE', servers);
}

/**
 * Ends the membership of a Deallocated server. Cannot be taken back, and its volume can never join again.
 *
 * @throws InvalidInputError
 */
export function dropServer(version: Neo4jVersion, server: string): Statement {
  return statement(version, ['DROP SERVER $server'], { server: parameterText('server', server) });
}

function deallocation(version: Neo4jVersion, verb: string, servers: readonly string[]): Statement {
  if (servers.length === 0) throw new InvalidInputError('servers', 'Empty', 'name at least one server');
  const list = parameterList(
    'server',
    servers.map((server, index) => parameterText(`servers[${index}]`, server)),
  );
  return statement(version, [`${verb} DATABASES FROM SERVERS ${list.text}`], list.parameters);
}

function optionMap(version: Neo4jVersion, options: ServerOptions): CypherValue {
  const { modeConstraint, allowedDatabases = [], deniedDatabases = [], tags = [] } = options;
  if (allowedDatabases.length > 0 && deniedDatabases.length > 0) {
    throw new InvalidInputError(
      'deniedDatabases',
      'Conflict',
      'a server has either allowedDatabases or deniedDatabases: leave one out',
    );
  }
  const lists = {
    allowedDatabases: databasePatterns(version, 'allowedDatabases', allowedDatabases),
    deniedDatabases: databasePatterns(version, 'deniedDatabases', deniedDatabases),
    tags: tagList(tags),
  };
  return {
    modeConstraint,
    ...Object.fromEntries(Object.entries(lists).filter(([, names]) => names.length > 0)),
  };
}

function databasePatterns(
  version: Neo4jVersion,
  list: string,
  patterns: readonly string[],
): readonly string[] {
  return patterns.map((pattern, index) => {
    const field = `${list}[${index}]`;
    parameterText(field, pattern);
    if (!can(version, 'serverListWildcards') && (pattern.length < 3 || /[*?]/.test(pattern))) {
      throw new InvalidInputError(
        field,
        'NotSupportedByVersion',
        `'${pattern}': Neo4j before 2025.12 takes names of at least 3 characters without wildcards: write out the names`,
      );
    }
    return pattern;
  });
}

/** Tags are joined by commas where they are shown and configured. */
function tagList(tags: readonly string[]): readonly string[] {
  return tags.map((tag, index) => {
    const field = `tags[${index}]`;
    if (parameterText(field, tag).includes(',')) {
      throw new InvalidInputError(
        field,
        'ForbiddenCharacter',
        `'${tag}' has a comma: give each tag as an item of its own`,
      );
    }
    if (tags.indexOf(tag) < index) {
      throw new InvalidInputError(field, 'Conflict', `'${tag}' is there already: name each tag once`);
    }
    return tag;
  });
}
