import type { BlockName, RuleName } from '../plan/rules.ts';

/** What holds a step back, by the name that the condition Reconciling gives, and what to do about it. docs/conditions.md shows the same. */
export const rules: Readonly<
  Record<RuleName | BlockName | 'Paused', { readonly means: string; readonly remedy: string }>
> = {
  everythingSettled: {
    means: 'A server is added only while all servers and databases that exist are well.',
    remedy: 'Have that mended which the message names.',
  },
  defaultDatabaseOnline: {
    means:
      'The copies of the default database are changed only while all of them are online and one takes writes.',
    remedy: 'Have that mended which the message names.',
  },
  primariesNotToOne: {
    means: 'Neo4j does not bring a database from several primaries to one.',
    remedy: 'Set spec.topology.defaultDatabase.primaries to more than one.',
  },
  neverMember: {
    means:
      'Only a server that never was a member, or cannot start where nothing was ever well, is restarted.',
    remedy: 'Nothing.',
  },
  ScaleInNotAvailable: {
    means: 'This version of the operator does not remove servers.',
    remedy: 'Set the number of servers back.',
  },
  VolumeLost: {
    means: 'The claim of a server is gone; it is not replaced by an empty one.',
    remedy: 'Restore the claim under its name.',
  },
  IdentityChanged: {
    means: 'Another server answers at the address of one of ours.',
    remedy: 'Put the volume back under the claim that the message names.',
  },
  EditionChanged: {
    means: 'The volumes were first used by the other edition of Neo4j.',
    remedy: 'Set spec.edition back, or use another name.',
  },
  CannotRender: {
    means: 'The configuration of a server cannot be made from the spec.',
    remedy: 'Change the field that the message names.',
  },
  NotFormed: {
    means: 'The spec grew before the cluster had formed; the other servers follow once it has.',
    remedy: 'Nothing.',
  },
  Paused: {
    means: 'The annotation neo4j.neo4j.com/paused keeps data from being deleted.',
    remedy: 'Remove the annotation.',
  },
};
