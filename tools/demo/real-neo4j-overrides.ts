// What of a rendered configuration cannot be true outside of a container: addresses to listen on, and paths.
import type { Mount } from '@neo4j-operator/hollow-node';

/** A setting that gets another value than the rendered one. */
export interface Override {
  readonly key: string;
  readonly rendered: string;
  readonly value: string;
}

/** What there is in the place of a container. */
export interface Outside {
  /** Of the pod. Other pods, and other programs, listen on the same ports of this machine. */
  readonly address: string;
  readonly mounts: readonly Pick<Mount, 'mountPath' | 'hostPath'>[];
  /** In the place of the image's home directory. */
  readonly home: string;
}

const everyAddress = '0.0.0.0';
const homeOfImage = '/var/lib/neo4j';

/** The lines of a neo4j.conf that do not hold here, as they have to be instead. */
export function overridesFor(conf: string, { address, home, mounts }: Outside): readonly Override[] {
  const places = [...mounts, { mountPath: homeOfImage, hostPath: home }];
  return conf.split('\n').flatMap((line) => {
    const [, key, rendered] = /^([\w.-]+)=(.*)$/.exec(line) ?? [];
    if (key === undefined || rendered === undefined) return [];
    const isListener = rendered === everyAddress || rendered.startsWith(`${everyAddress}:`);
    const value = isListener ? rendered.replace(everyAddress, address) : hostPathOf(rendered, places);
    return value === undefined ? [] : [{ key, rendered, value }];
  });
}

/** Where a path of the container is on this machine; undefined if it is in no mount. The innermost mount counts. */
export function hostPathOf(path: string, mounts: Outside['mounts']): string | undefined {
  const [innermost] = mounts
    .filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`))
    .toSorted((one, other) => other.mountPath.length - one.mountPath.length);
  return innermost === undefined
    ? undefined
    : `${innermost.hostPath}${path.slice(innermost.mountPath.length)}`;
}
