// All Pods in an informer of @kubernetes/client-node.
import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node';

const config = new KubeConfig();
config.loadFromDefault();
const core = config.makeApiClient(CoreV1Api);
const pods = makeInformer(config, '/api/v1/pods', () => core.listPodForAllNamespaces());
await pods.start();
console.log('bench synced');
