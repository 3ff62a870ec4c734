import type {
  SimAuth,
  SimEndpoint,
  SimFailure,
  SimLogin,
  SimRequest,
  SimValue,
  WireFaults,
} from './contract.ts';

const noFaults: WireFaults = { mute: false, slowMs: 0, resetAfterRecords: undefined, loseAnswers: false };

const starting: SimFailure = {
  code: 'Neo.TransientError.General.DatabaseUnavailable',
  gqlStatus: '08N09',
  message: "Database 'system' is unavailable.",
};

/**
 * The endpoint of a server whose port has to be open before it starts, because the number of the port is in its configuration. Until
 * then it is a server that is not yet up.
 */
export class LateEndpoint implements SimEndpoint {
  readonly version: string;
  readonly edition: 'enterprise' | 'community';
  #endpoint: SimEndpoint | undefined;
  readonly #onStop = new Map<() => void, () => void>();

  constructor(version: string, edition: 'enterprise' | 'community') {
    this.version = version;
    this.edition = edition;
  }

  get advertisedAddress(): string {
    return this.#endpoint?.advertisedAddress ?? '';
  }

  get wireFaults(): WireFaults {
    return this.#endpoint?.wireFaults ?? noFaults;
  }

  /** The server is there. */
  attach(endpoint: SimEndpoint): void {
    this.#endpoint = endpoint;
    for (const callback of this.#onStop.keys()) this.#onStop.set(callback, endpoint.onStop(callback));
  }

  login(auth: SimAuth): SimLogin {
    return this.#endpoint?.login(auth) ?? { ok: false, failure: starting };
  }

  run(
    request: SimRequest,
    text: string,
    parameters: Readonly<Record<string, SimValue>>,
  ): ReturnType<SimEndpoint['run']> {
    return (
      this.#endpoint?.run(request, text, parameters) ?? Promise.resolve({ ok: false, failure: starting })
    );
  }

  begin(request: SimRequest): ReturnType<SimEndpoint['begin']> {
    return this.#endpoint?.begin(request) ?? Promise.resolve({ ok: false, failure: starting });
  }

  route(user: string, database: string | null): ReturnType<SimEndpoint['route']> {
    return this.#endpoint?.route(user, database) ?? { ok: false, failure: starting };
  }

  onStop(callback: () => void): () => void {
    this.#onStop.set(callback, this.#endpoint?.onStop(callback) ?? nothing);
    return () => {
      this.#onStop.get(callback)?.();
      this.#onStop.delete(callback);
    };
  }
}

function nothing(): void {
  // There is no server yet that could stop.
}
