// The log of a pod: which is asked for, and from which node it is fetched.
import { ApiFailure, type FieldCause, badRequest, invalid, notFound } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { ApiAnswer, ApiRequest, InsideClient } from '../api/request.ts';
import { fetchFromNode } from './node-fetch.ts';

/** A request for the log of a pod. */
export interface LogCall {
  readonly request: ApiRequest;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

interface PodSpec {
  readonly nodeName?: string;
  readonly containers: readonly { readonly name: string }[];
  readonly initContainers?: readonly { readonly name: string }[];
}

interface NodeStatus {
  readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  readonly daemonEndpoints?: { readonly kubeletEndpoint?: { readonly Port?: number } };
}

const pods = { group: '', plural: 'pods' };
const nodes = { group: '', plural: 'nodes' };
const kubeletPort = 10_250;
const addressTypes = ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'];

/** Answers `GET pods/<name>/log`: the pod's node is asked for it, at the address and port that its status says. */
export function podLogs(client: Pick<InsideClient, 'get'>): (call: LogCall) => ApiAnswer {
  return ({ request, namespace, name = '' }) => {
    if (request.method !== 'GET') {
      const message = 'the server does not allow this method on the requested resource';
      throw new ApiFailure(405, 'MethodNotAllowed', message, {});
    }
    const query = nodeQuery(request.query, name);
    const pod = client.get(pods, namespace, name);
    if (pod === undefined) throw notFound(pods, name);
    const spec = pod['spec'] as PodSpec;
    const container = containerOf(spec, name, request.query.get('container') ?? '');
    const headers = { 'content-type': 'text/plain' };
    if (spec.nodeName === undefined) return { status: 204, headers, body: '' };
    const node = client.get(nodes, undefined, spec.nodeName);
    // The server names the wrong resource here.
    if (node === undefined) throw notFound(pods, spec.nodeName);
    const path = `/containerLogs/${namespace ?? ''}/${name}/${container}`;
    const target = { ...endpointOf(node), path: query === '' ? path : `${path}?${query}` };
    return { status: 200, headers, later: (gone) => fetchFromNode(target, name, gone) };
  };
}

/** The options as a node takes them, in the order of their names. */
function nodeQuery(asked: URLSearchParams, pod: string): string {
  const causes: FieldCause[] = [];
  const number = (name: string, least: number): string | undefined => {
    const text = asked.get(name);
    if (text === null || text === '') return undefined;
    if (!/^[+-]?\d+$/.test(text)) {
      throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
    }
    const bound = least === 0 ? 'greater than or equal to 0' : 'greater than 0';
    if (Number(text) < least) {
      causes.push({
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${text}: must be ${bound}`,
        field: name,
      });
    }
    return text;
  };
  const flag = (name: string): string | undefined => {
    const text = asked.get(name);
    return text === null || text === 'false' || text === '0' ? undefined : 'true';
  };
  const tailLines = number('tailLines', 0);
  const limitBytes = number('limitBytes', 1);
  const sinceTime = asked.get('sinceTime') ?? undefined;
  const sinceSeconds = number('sinceSeconds', 1);
  if (sinceTime !== undefined && sinceSeconds !== undefined) {
    const message = 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified';
    causes.push({ reason: 'FieldValueForbidden', message, field: '[]' });
  }
  if (asked.has('stream')) {
    causes.push({
      reason: 'FieldValueForbidden',
      message: 'Forbidden: may not be specified',
      field: 'stream',
    });
  }
  if (causes.length > 0) throw invalid('', 'PodLogOptions', pod, causes);
  const options = {
    follow: flag('follow'),
    limitBytes,
    previous: flag('previous'),
    sinceSeconds,
    sinceTime,
    tailLines,
    timestamps: flag('timestamps'),
  };
  const given = Object.entries(options).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(given).toString();
}

function containerOf({ containers, initContainers = [] }: PodSpec, pod: string, asked: string): string {
  const names = [...initContainers, ...containers].map(({ name }) => name);
  if (asked === '') {
    const [only] = containers;
    if (containers.length === 1 && only !== undefined) return only.name;
    const choice = `choose one of: [${names.join(' ')}]`;
    throw badRequest(`a container name must be specified for pod ${pod}, ${choice}`);
  }
  if (!names.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${pod}`);
  return asked;
}

function endpointOf(node: SimObject): { readonly host: string; readonly port: number } {
  const { addresses = [], daemonEndpoints } = (node['status'] ?? {}) as NodeStatus;
  const found = addressTypes.flatMap((type) => addresses.filter((one) => one.type === type))[0];
  if (found === undefined) {
    const known = addresses.map(({ type, address }) => `{${type} ${address}}`).join(' ');
    throw new ApiFailure(500, undefined, `no preferred addresses found; known addresses: [${known}]`);
  }
  return { host: found.address, port: daemonEndpoints?.kubeletEndpoint?.Port ?? kubeletPort };
}
