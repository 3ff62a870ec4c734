export { type RenderRevision, renderRevision } from './render/revision.ts';
