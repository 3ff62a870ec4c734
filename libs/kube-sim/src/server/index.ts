export { type KeyPair } from './certificates.ts';
export { type ApiServer, type ListenOptions, type Served, listen } from './listen.ts';
export { type LogCall, podLogs } from './pod-logs.ts';
export { type ServerAddress, type ServerUser } from './users.ts';
