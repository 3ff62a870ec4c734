/** What an image of Neo4j says it is. */
export interface NeoImage {
  readonly version: string;
  readonly edition: 'enterprise' | 'community';
}

/** Reads `[repo/]name:<version>[-suffix]-<edition>[@digest]`; undefined if it is no image of Neo4j with its version in the tag. */
export function neoImage(image: string): NeoImage | undefined {
  const [, version, flavour = ''] =
    /:(\d+\.\d+\.\d+)((?:-[\w.]+)*)(?:@sha256:[0-9a-f]{64})?$/.exec(image) ?? [];
  if (version === undefined) return undefined;
  // As on Docker Hub: what does not say enterprise is the Community Edition.
  return { version, edition: flavour.split('-').includes('enterprise') ? 'enterprise' : 'community' };
}
