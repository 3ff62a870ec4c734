// What a cluster wants to be there, as Kubernetes objects and configuration text. Pure and canonical: equal input gives equal output.
export {
  configurationFile,
  type RenderedServer,
  renderServer,
  type ServerInput,
  type ServerRendering,
} from './server.ts';
export type { RestartDifference } from './differences.ts';
export { renderShared, type SharedInput, type SharedRendered } from './shared.ts';
export { authKey, type ClaimInput, operatorUser, renderClaim, renderSecret } from './once.ts';
export { type FoundImage, imageOf, runningImage } from './image.ts';
export { memoryOf } from './memory.ts';
export { configMapOf, configVolume, neo4jContainer } from './pod-template.ts';
export { type RenderRevision, renderRevision } from './revision.ts';
