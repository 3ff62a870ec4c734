import type { Clock } from '@neo4j-operator/clock';
import type { Pod, ProjectedSource } from '../kubelet/resources.ts';

type Source = NonNullable<ProjectedSource['serviceAccountToken']>;

export interface IssuedToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

/** Asks the API server for a token of the pod's service account. */
export type TokenIssuer = (
  pod: Pod,
  audience: string | undefined,
  expirationSeconds: number,
) => Promise<IssuedToken>;

/** The default of the API, in seconds. */
const defaultLifetime = 3600;

/** The tokens of one pod. They are renewed when four fifths of their time are over, as a kubelet does. */
export class PodTokens {
  readonly #issue: TokenIssuer;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, IssuedToken & { readonly renewAtMs: number }>();

  constructor(issue: TokenIssuer, clock: Clock) {
    this.#issue = issue;
    this.#clock = clock;
  }

  /** When the next one is to be renewed; wall-clock milliseconds, Infinity if there is none. */
  get renewAtMs(): number {
    return Math.min(...[...this.#tokens.values()].map(({ renewAtMs }) => renewAtMs));
  }

  /** Gets the tokens that the pod's volumes need and that are not there or old. */
  async refresh(pod: Pod): Promise<void> {
    for (const volume of pod.spec.volumes ?? []) {
      for (const { serviceAccountToken: source } of volume.projected?.sources ?? []) {
        if (source === undefined) continue;
        const nowMs = this.#clock.now();
        const present = this.#tokens.get(idOf(source));
        if (present !== undefined && nowMs < present.renewAtMs) continue;
        const issued = await this.#issue(pod, source.audience, source.expirationSeconds ?? defaultLifetime);
        const renewAtMs = nowMs + (issued.expiresAtMs - nowMs) * 0.8;
        this.#tokens.set(idOf(source), { ...issued, renewAtMs });
      }
    }
  }

  /** A token that `refresh` has got. */
  token(source: Source): string {
    return this.#tokens.get(idOf(source))?.token ?? '';
  }
}

function idOf({ audience = '', expirationSeconds = defaultLifetime }: Source): string {
  return `${String(expirationSeconds)} ${audience}`;
}
