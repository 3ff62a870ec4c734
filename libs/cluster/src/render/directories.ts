// Where things are in the container of a server.
import type { Directories } from '@neo4j-operator/neo4j-admin';

/** Places in the container. */
export const directories = {
  /** The data volume. It has everything that must outlive the pod. */
  volume: '/data',
  /** The configuration that is rendered; `NEO4J_CONF` names it. */
  rendered: '/config',
  /** The first password. */
  bootstrap: '/bootstrap',
} as const;

/**
 * The same for the servers. Logs are kept on the volume, where they can be read after the pod has died; the image's configuration of the
 * logs limits their size. What is not named here is below the home directory, which belongs to the user of the image.
 */
export const serverDirectories: Directories = {
  // That of the image, which nothing is mounted over: the configuration of the logs is there.
  configuration: '/var/lib/neo4j/conf',
  data: directories.volume,
  logs: `${directories.volume}/logs`,
};
