// The volumes of one pod as folders of this machine.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Rng } from '@neo4j-operator/clock';
import { ConfigError } from '../env/env.ts';
import type { PodPlace } from '../env/fields.ts';
import type { Container, Pod, Volume, VolumeMount } from '../kubelet/resources.ts';
import type { Mount } from '../program.ts';
import { samePayload, writeAtomically } from './atomic-files.ts';
import { claimFolder } from './claims.ts';
import type { Found } from './lookup.ts';
import { type Payload, payloadOf, type TokenOf, VolumeError } from './payload.ts';
import { claimNameOf } from './references.ts';
import { copySubPath, makeSubPath, subPathOf } from './sub-path.ts';

export interface PodVolumesOptions {
  /** Of this pod alone. */
  readonly folder: string;
  readonly claimsDir: string;
  readonly clock: Clock;
  readonly rng: Rng;
}

/** A volume that is there. */
interface Mounted {
  readonly folder: string;
  readonly source: Mount['source'];
  /** What it says of itself, whatever the mount says. */
  readonly readOnly: boolean;
  readonly payload: Payload | undefined;
}

export class PodVolumes {
  readonly #options: PodVolumesOptions;
  readonly #mounted = new Map<string, Mounted>();
  #hasFolder = false;

  constructor(options: PodVolumesOptions) {
    this.#options = options;
  }

  /**
   * Makes all volumes, or brings their files up to date.
   *
   * @param token - gives the tokens that are asked for
   * @throws VolumeError if one cannot be made
   */
  mount(pod: Pod, place: PodPlace, found: Found, token: TokenOf): void {
    for (const volume of pod.spec.volumes ?? []) {
      const payload = named(volume, () => payloadOf(volume, { pod, place, sources: found, token }));
      this.#mounted.set(
        volume.name,
        payload === undefined ? this.#folder(volume, pod, found) : this.#files(volume, payload),
      );
    }
  }

  /**
   * What a container sees.
   *
   * @throws ConfigError if a path names a variable that the container does not have
   */
  mountsOf(container: Container, env: Readonly<Record<string, string>>): readonly Mount[] {
    return (container.volumeMounts ?? []).map((mount, index) => {
      const mounted = this.#mounted.get(mount.name);
      if (mounted === undefined)
        throw new ConfigError(
          `cannot find volume "${mount.name}" to mount into container "${container.name}"`,
        );
      return {
        mountPath: mount.mountPath,
        hostPath: this.#hostPath(mounted, mount, env, container.name, index),
        readOnly: mounted.readOnly || mount.readOnly === true,
        source: mounted.source,
      };
    });
  }

  /** The file where a run of a container leaves its last words; its folder is there. */
  lastWordsFile(container: string, run: number): string {
    this.#makeFolder();
    return join(this.#options.folder, `${container}-${String(run)}.termination-log`);
  }

  /** Removes everything but what claims hold. */
  remove(): void {
    this.#mounted.clear();
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  #makeFolder(): void {
    if (!this.#hasFolder) mkdirSync(this.#options.folder, { recursive: true });
    this.#hasFolder = true;
  }

  #hostPath(
    { folder, payload }: Mounted,
    mount: VolumeMount,
    env: Readonly<Record<string, string>>,
    container: string,
    index: number,
  ): string {
    const subPath = subPathOf(mount, env);
    if (subPath === '') return folder;
    if (payload === undefined) return makeSubPath(folder, subPath, mount.name, container);
    // A mount of one file keeps the file that it was made of, whatever becomes of the volume.
    const copy = join(this.#options.folder, 'subpaths', mount.name, container, String(index));
    return copySubPath(folder, subPath, copy);
  }

  #files(volume: Volume, payload: Payload): Mounted {
    const { folder, clock, rng } = this.#options;
    const before = this.#mounted.get(volume.name);
    const at = join(folder, 'volumes', volume.name);
    if (before?.payload === undefined || !samePayload(before.payload, payload)) {
      const random = Buffer.from(rng.bytes(4)).toString('hex');
      writeAtomically(at, payload, `${new Date(clock.now()).toISOString().replace(/\D/g, '_')}.${random}`);
    }
    const type = typeOf(volume);
    return { folder: at, source: { type, volume: volume.name }, readOnly: true, payload };
  }

  #folder(volume: Volume, pod: Pod, found: Found): Mounted {
    const { folder, claimsDir } = this.#options;
    const claimName = claimNameOf(volume, pod.metadata.name);
    if (claimName !== undefined) {
      const claim = found.claim(claimName);
      if (claim === undefined) throw new VolumeError(`persistentvolumeclaim "${claimName}" not found`);
      const at = claimFolder(claimsDir, claim);
      if (at === undefined) {
        throw new VolumeError(
          `error processing PVC ${pod.metadata.namespace ?? ''}/${claimName}: PVC is not bound`,
        );
      }
      return {
        folder: at,
        source: { type: 'claim', claimName, claimUid: claim.metadata.uid },
        readOnly: volume.persistentVolumeClaim?.readOnly === true,
        payload: undefined,
      };
    }
    if (volume.emptyDir === undefined)
      throw new VolumeError(`volume "${volume.name}" is of a type that is not supported`);
    const at = join(folder, 'volumes', volume.name);
    mkdirSync(at, { recursive: true });
    return {
      folder: at,
      source: { type: 'emptyDir', volume: volume.name },
      readOnly: false,
      payload: undefined,
    };
  }
}

function typeOf(volume: Volume): 'configMap' | 'secret' | 'downwardAPI' | 'projected' {
  if (volume.configMap !== undefined) return 'configMap';
  if (volume.secret !== undefined) return 'secret';
  return volume.downwardAPI === undefined ? 'projected' : 'downwardAPI';
}

/** A failure is told with the name of its volume. */
function named<T>({ name }: Volume, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof VolumeError)) throw cause;
    throw new VolumeError(`MountVolume.SetUp failed for volume "${name}" : ${cause.message}`, { cause });
  }
}
