// Applies the YAML that the demo is about.
import { readFileSync } from 'node:fs';
import type { KubeObject } from '@neo4j-operator/reconcile-kit';
import { objectsIn, Refused, type User } from '../../test/stage/src/index.ts';
import type { Screen } from './screen.ts';

/** What is applied, and where what names no namespace goes. */
export interface Applied {
  readonly user: Pick<User, 'apply'>;
  readonly screen: Screen;
  readonly file: string;
  /** Its name for people. */
  readonly name: string;
  readonly namespace: string;
  /** What is made of each object before it is applied. */
  readonly change?: (object: KubeObject) => KubeObject;
}

/** Whether all of it was accepted. What was not, and why, is on the screen. */
export async function applyFile({ change, file, name, namespace, screen, user }: Applied): Promise<boolean> {
  let objects: readonly KubeObject[];
  try {
    objects = objectsIn(readFileSync(file, 'utf8'));
  } catch (error) {
    screen.say(`${name} cannot be read: ${(error as Error).message}`);
    return false;
  }
  for (const object of objects) {
    const named = `${object.kind} ${object.metadata.name}`;
    try {
      await user.apply(JSON.stringify(change?.(object) ?? object), namespace);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      screen.say(`Not accepted: ${named} of ${name}`);
      screen.say(`  ${error.message}`);
      return false;
    }
  }
  screen.say(
    `Applied ${name}: ${objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')}`,
  );
  return objects.length > 0;
}
