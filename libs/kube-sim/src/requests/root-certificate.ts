import type { InsideClient } from '../api/request.ts';

const configMaps = { group: '', plural: 'configmaps' };
const name = 'kube-root-ca.crt';

/** The certificate of the authority by which pods know the API server. */
export class RootCertificate {
  readonly #client: InsideClient;
  #pem = '';

  constructor(client: InsideClient) {
    this.#client = client;
  }

  get pem(): string {
    return this.#pem;
  }

  /** Puts another one in its place, also where the old one was published. */
  publish(pem: string): void {
    this.#pem = pem;
    for (const configMap of this.#client.list(configMaps)) {
      if (configMap.metadata.name !== name) continue;
      this.#client.update({ ...configMap, data: { 'ca.crt': pem } }, 'kube-controller-manager');
    }
  }
}
