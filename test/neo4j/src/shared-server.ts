// The servers that all spec files share: one of each version, started when the first asks for it.
import type { ServerUnderTest } from './harness.ts';
import type { ServerVersion } from './versions.ts';

/** What goes over the wire for a shared server: all of it but the way to stop it. */
export type SharedServer = Omit<ServerUnderTest, 'stop'>;

/** The environment variable with the address of the process that holds them; Jest's global set-up sets it. */
export const hostVariable = 'NEO4J_SHARED_SERVERS';

/**
 * Gives the shared server of a version: without TLS, with HTTP. Whoever uses it leaves it as it was; stopping it does nothing, for it
 * ends with the test run.
 *
 * @throws Error if it does not start, or outside of a test run of this project
 */
export async function sharedServer(version: ServerVersion): Promise<ServerUnderTest> {
  const host = process.env[hostVariable];
  if (host === undefined)
    throw new Error('Shared servers are there only in a test run: use startRealServer.');
  const response = await fetch(`${host}/${version}`);
  const body = await response.text();
  if (!response.ok) throw new Error(body);
  return { ...(JSON.parse(body) as SharedServer), stop: () => Promise.resolve() };
}
