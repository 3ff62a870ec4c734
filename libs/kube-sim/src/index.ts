export { type AccessAttributes, userOf } from './access/index.ts';
export { ApiFailure, type FailureDetails, type FieldCause, type StatusBody } from './api/failure.ts';
export type { Json, ManagedFieldsEntry, Metadata, OwnerReference, SimObject } from './api/object.ts';
export type {
  ApiAnswer,
  ApiRequest,
  Change,
  DeleteOptions,
  Handler,
  InsideClient,
  LateAnswer,
  TypeRef,
  UserInfo,
  WatchSource,
} from './api/request.ts';
export type { ResourceDefinition, ResourceType } from './api/resource.ts';
export type {
  SimRequest,
  SimResponse,
  SimStream,
  SimTransport,
  TransportErrorFactory,
  TransportFailure,
} from './contract.ts';
export * from './faults/index.ts';
export type { Admission, AdmissionReview, Call, Extension } from './requests/core.ts';
export * from './server/index.ts';
export {
  administrator,
  createKubeSim,
  type KubeSim,
  type KubeSimOptions,
  type SimTransportOptions,
} from './sim.ts';
