import type { ResourceType } from '../api/resource.ts';

/** What an extension is registered under: `pods/eviction`, `selfsubjectaccessreviews.authorization.k8s.io`. */
export function extensionName({ group, plural }: ResourceType, subresource?: string): string {
  const name = subresource === undefined ? plural : `${plural}/${subresource}`;
  return group === '' ? name : `${name}.${group}`;
}
