// The requests of a kubelet that the kit's client does not know.
import type { KubeRequest, KubeResponse, KubeTransport } from '@neo4j-operator/reconcile-kit';
import type { Clock } from '@neo4j-operator/clock';
import type { IssuedToken } from '../volumes/tokens.ts';
import type { Pod, PodStatus } from './resources.ts';

export interface PodApi {
  /** Changes the status; conditions of others stay. Gives the pod's version, or undefined if this pod does not exist any more. */
  patchStatus(pod: Pod, status: PodStatus): Promise<string | undefined>;
  /** Removes the pod for good; fails if its name has another pod by now, and if the server says so for another reason. */
  remove(pod: Pod): Promise<void>;
  /** A token of the pod's service account; from a server that issues none, one that nobody accepts. */
  issueToken(pod: Pod, audience: string | undefined, expirationSeconds: number): Promise<IssuedToken>;
}

interface TokenRequest {
  readonly status: { readonly token: string; readonly expirationTimestamp: string };
}

const deadlineMs = 10_000;

export function createPodApi(transport: KubeTransport, clock: Clock): PodApi {
  const send = (
    method: KubeRequest['method'],
    path: string,
    body: object,
    contentType = 'application/json',
    query: NonNullable<KubeRequest['query']> = {},
  ): Promise<KubeResponse> =>
    transport.request({
      method,
      path,
      query,
      headers: { 'content-type': contentType },
      body: JSON.stringify(body),
      deadlineMs,
    });

  return {
    async patchStatus(pod, status) {
      const { uid } = pod.metadata;
      const response = await send(
        'PATCH',
        `${pathOf(pod)}/status`,
        { metadata: { uid }, status: patchOf(status) },
        'application/strategic-merge-patch+json',
        { fieldManager: 'kubelet' },
      );
      if (response.status === 404) return undefined;
      const { metadata } = parsed(response) as Pod;
      return metadata.resourceVersion;
    },

    async remove(pod) {
      const { uid } = pod.metadata;
      const response = await send('DELETE', pathOf(pod), {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        gracePeriodSeconds: 0,
        preconditions: { uid },
      });
      if (response.status !== 404) parsed(response);
    },

    async issueToken(pod, audience, expirationSeconds) {
      const { name, namespace = '', uid } = pod.metadata;
      const account = encodeURIComponent(pod.spec.serviceAccountName ?? 'default');
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${account}/token`;
      const response = await send('POST', path, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          ...(audience === undefined ? {} : { audiences: [audience] }),
          expirationSeconds,
          boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
        },
      });
      if (response.status === 404 || response.status === 405) {
        return { token: `hollow.${account}`, expiresAtMs: clock.now() + expirationSeconds * 1000 };
      }
      const { status } = parsed(response) as TokenRequest;
      return { token: status.token, expiresAtMs: Date.parse(status.expirationTimestamp) };
    },
  };
}

/** The server merges conditions: what a condition no longer says has to be taken away. */
function patchOf(status: PodStatus): object {
  const conditions = (status.conditions ?? []).map((each) => ({ reason: null, message: null, ...each }));
  return { ...status, conditions };
}

function pathOf({ metadata }: Pod): string {
  return `/api/v1/namespaces/${encodeURIComponent(metadata.namespace ?? '')}/pods/${encodeURIComponent(metadata.name)}`;
}

/** @throws Error with what the server says if it refuses */
function parsed({ status, body }: KubeResponse): unknown {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  if (status < 200 || status > 299) throw new Error(`the API server answered ${String(status)}: ${text}`);
  return JSON.parse(text);
}
