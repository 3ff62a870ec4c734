// The real servers that the tests run on, and in what they differ.

/** The versions: the long-term line and the newest calendar version. */
export const serverVersions = ['5.26.30', '2026.08.1'] as const;

/** One of the versions that the tests run on. */
export type ServerVersion = (typeof serverVersions)[number];

/** A Cypher language version, as in the prefix `CYPHER 25`. */
export type CypherLanguage = '5' | '25';

/** What has to be known of a version to start it and to ask it. */
export interface ServerTraits {
  /** The oldest Java that it runs on. */
  readonly minimumJava: number;
  /** The class that starts the server: the jar's service `org.neo4j.server.startup.EntryPoint`. */
  readonly mainClass: string;
  /** The languages it understands, its default first. */
  readonly languages: readonly CypherLanguage[];
  /** Settings that this version has and others do not. */
  readonly ownSettings: Readonly<Record<string, string>>;
}

/** The traits of each version. */
export const traitsOf: Readonly<Record<ServerVersion, ServerTraits>> = {
  '5.26.30': {
    minimumJava: 17,
    mainClass: 'org.neo4j.server.CommunityEntryPoint',
    languages: ['5'],
    ownSettings: {},
  },
  '2026.08.1': {
    minimumJava: 21,
    mainClass: 'org.neo4j.server.Neo4jCommunity',
    languages: ['5', '25'],
    // Both are on by default and look for peers beyond the machine.
    ownSettings: { 'server.fleet_discovery.enabled': 'false', 'dbms.fleet_manager.enabled': 'false' },
  },
};

/** Reads a version from text that comes from outside. */
export function asServerVersion(text: string): ServerVersion | undefined {
  return serverVersions.find((version) => version === text);
}
