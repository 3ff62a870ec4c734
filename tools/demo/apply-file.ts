// Reads and applies the YAML that the demo is about.
import { readFileSync } from 'node:fs';
import type { KubeObject } from '@neo4j-operator/reconcile-kit';
import { objectsIn, Refused, type User } from '../../test/stage/src/index.ts';
import type { Screen } from './screen.ts';

/** A file with objects, and its name for people. */
export interface Example {
  readonly name: string;
  readonly objects: readonly KubeObject[];
}

/** Reads a file. Nothing if it cannot be used; why is on the screen. */
export function readExample(file: string, name: string, screen: Screen): Example | undefined {
  try {
    const objects = objectsIn(readFileSync(file, 'utf8'));
    const [odd] = objects.filter((object) => !isObject(object));
    if (objects.length > 0 && odd === undefined) return { name, objects };
    screen.say(
      `${name} has ${odd === undefined ? 'no object' : 'something without a kind and a name'} in it`,
    );
  } catch (error) {
    screen.say(`${name} cannot be read: ${(error as Error).message}`);
  }
  return undefined;
}

/** Whether all of it was accepted. What was not, and why, is on the screen. */
export async function applyExample(
  { name, objects }: Example,
  { namespace, screen, user }: Applying,
): Promise<boolean> {
  for (const object of objects) {
    try {
      await user.apply(JSON.stringify(object), namespace);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      screen.say(`Not accepted: ${object.kind} ${object.metadata.name} of ${name}`);
      screen.say(`  ${error.message}`);
      return false;
    }
  }
  screen.say(
    `Applied ${name}: ${objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')}`,
  );
  return true;
}

/** What it takes to apply. */
export interface Applying {
  readonly user: Pick<User, 'apply'>;
  readonly screen: Screen;
  /** Where what names no namespace goes. */
  readonly namespace: string;
}

function isObject(value: unknown): boolean {
  const { apiVersion, kind, metadata } = value as Readonly<Record<string, unknown>>;
  const { name } = (metadata ?? {}) as Readonly<Record<string, unknown>>;
  return [apiVersion, kind, name].every((each) => typeof each === 'string');
}
