// Answers to what is no resource: which APIs there are, of which version the server is, and whether it is well.
import { ApiFailure } from '../api/failure.ts';
import type { ApiAnswer, ApiRequest } from '../api/request.ts';
import type { ResourceDefinition } from '../api/resource.ts';
import { createSchemaLibrary, type SchemaLibrary } from '../builtins/schemas.ts';
import { openApiDocument, openApiIndex } from './openapi.ts';
import { aggregated, groupOf, grouped, resourceList } from './resources.ts';

/** What discovery is made of. */
export interface DiscoveryOptions {
  /** What is served at the moment of a request. */
  readonly definitions: () => readonly ResourceDefinition[];
  readonly library?: SchemaLibrary;
  /** `host:port` as clients reach it; only told, never used. */
  readonly address?: string;
}

/** Answers a request, or gives undefined if there is nothing at its path. */
export type Discovery = (request: Pick<ApiRequest, 'path' | 'headers'>) => ApiAnswer | undefined;

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const serverVersion = {
  major: '1',
  minor: '37',
  emulationMajor: '1',
  emulationMinor: '37',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '36',
  gitVersion: 'v1.37.2',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
};

/** Discovery over definitions. */
export function createDiscovery(options: DiscoveryOptions): Discovery {
  const { definitions, address = '127.0.0.1:443' } = options;
  const library = options.library ?? createSchemaLibrary();
  return ({ path, headers }) => {
    const steps = path.split('/').filter((step) => step !== '');
    switch (steps[0]) {
      case undefined:
        return json({ paths: rootPaths(definitions()) });
      case 'healthz':
      case 'livez':
      case 'readyz':
        return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'ok' };
      case 'version':
        return steps.length === 1 ? json(serverVersion) : undefined;
      case 'openapi':
        return steps[1] === 'v3' ? openApi(steps.slice(2).join('/'), definitions(), library) : undefined;
      case 'api':
      case 'apis':
        return apis(steps, { definitions: definitions(), address, isAggregated: wantsAggregated(headers) });
      default:
        return undefined;
    }
  };
}

interface ApisRequest {
  readonly definitions: readonly ResourceDefinition[];
  readonly address: string;
  readonly isAggregated: boolean;
}

function apis(
  steps: readonly string[],
  { definitions, address, isAggregated }: ApisRequest,
): ApiAnswer | undefined {
  const groups = grouped(definitions);
  const isCore = steps[0] === 'api';
  const [name = '', version, ...more] = isCore ? ['', ...steps.slice(1)] : steps.slice(1);
  if (more.length > 0) return undefined;
  if (name === '' && version === undefined) {
    const shown = new Map([...groups].filter(([group]) => (group === '') === isCore));
    if (isAggregated) return json(aggregated(shown), aggregatedType);
    if (isCore) return json(coreVersions(address));
    const all = [...shown].map(([group, versions]) => groupOf(group, [...versions.keys()]));
    return json({ kind: 'APIGroupList', apiVersion: 'v1', groups: all });
  }
  const group = groups.get(name);
  if (group === undefined) return undefined;
  if (version === undefined) {
    return json({ kind: 'APIGroup', apiVersion: 'v1', ...groupOf(name, [...group.keys()]) });
  }
  const resources = group.get(version);
  if (resources === undefined)
    throw new ApiFailure(404, 'NotFound', 'the server could not find the requested resource', {});
  return json(resourceList(isCore ? version : `${name}/${version}`, resources));
}

function coreVersions(address: string): Readonly<Record<string, unknown>> {
  const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: address }];
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs };
}

function openApi(
  path: string,
  definitions: readonly ResourceDefinition[],
  library: SchemaLibrary,
): ApiAnswer | undefined {
  if (path === '') return json(openApiIndex(definitions));
  const document = openApiDocument(definitions, path, library);
  return document === undefined ? undefined : json(document);
}

function rootPaths(definitions: readonly ResourceDefinition[]): readonly string[] {
  const paths = new Set(['/api', '/apis', '/healthz', '/livez', '/openapi/v3', '/readyz', '/version']);
  for (const { group, version } of definitions) {
    if (group === '') paths.add(`/api/${version}`);
    else paths.add(`/apis/${group}`).add(`/apis/${group}/${version}`);
  }
  return [...paths].sort();
}

/** The first of the forms that the client takes and that there is. */
function wantsAggregated(headers: Readonly<Record<string, string>>): boolean {
  for (const form of (headers['accept'] ?? '').split(',')) {
    const parts = form.split(';').map((part) => part.trim());
    if (parts.includes('as=APIGroupDiscoveryList')) {
      if (parts.includes('v=v2') && parts.includes('g=apidiscovery.k8s.io')) return true;
    } else if (['application/json', '*/*', 'application/*'].includes(parts[0] ?? '')) return false;
  }
  return false;
}

function json(body: unknown, type = 'application/json'): ApiAnswer {
  return { status: 200, headers: { 'content-type': type }, body: JSON.stringify(body) };
}
