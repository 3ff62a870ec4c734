// A client with Neo4j's own driver, in the network of a stage.
import { interceptLookups } from '@neo4j-operator/hollow-node';
import { secrets, secretText } from '@neo4j-operator/cluster-access';
import neo4j, { type Driver } from 'neo4j-driver';
import type { RealStage } from '../../stage/src/index.ts';

/** Runs `use` with a driver that logs in with the password of a Secret; names are looked up as in a pod. */
export async function withDriver<T>(
  stage: RealStage,
  { secret, url }: { readonly url: string; readonly secret: string },
  use: (driver: Driver) => Promise<T>,
): Promise<T> {
  const found = await stage.get(secrets, 'default', secret);
  const restore = interceptLookups((name) => stage.nodes.resolve(name));
  const driver = neo4j.driver(
    url,
    neo4j.auth.basic(secretText(found, 'username') ?? 'neo4j', secretText(found, 'password') ?? ''),
  );
  try {
    return await use(driver);
  } finally {
    await driver.close();
    restore();
  }
}
