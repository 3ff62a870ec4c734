// What a cluster wants to be there, as Kubernetes objects and configuration text. Pure and canonical: equal input gives equal output.
export { type ServerInput, type RenderedServer, renderServer, type RestartDifference } from './server.ts';
export { renderShared, type SharedInput } from './shared.ts';
export { renderClaim, renderSecret, type ClaimInput } from './once.ts';
export { type RenderRevision, renderRevision } from './revision.ts';
