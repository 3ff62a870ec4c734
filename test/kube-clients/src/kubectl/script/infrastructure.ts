import { run, type Scene, scene, until } from '../scene.ts';
import { container, pod, statefulSet } from './objects.ts';

const storageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'kube-clients' },
  provisioner: 'example.com/disk',
  volumeBindingMode: 'WaitForFirstConsumer',
  allowVolumeExpansion: true,
};

const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  spec: {
    storageClassName: 'kube-clients',
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
  },
};

const user = pod('user', container([], { volumeMounts: [{ name: 'data', mountPath: '/data' }] }), {
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
});

const grow = { spec: { resources: { requests: { storage: '2Gi' } } } };
const shrink = { spec: { resources: { requests: { storage: '1Mi' } } } };

export const infrastructure: readonly Scene[] = [
  scene(
    'volumes',
    run('apply -f -', storageClass, claim),
    run('get storageclass kube-clients'),
    run('describe storageclass kube-clients'),
    run('get pvc'),
    until(/WaitForFirstConsumer/, 'describe pvc data'),
    run('apply -f -', user),
    run("wait pvc/data --for=jsonpath='{.status.phase}'=Bound --timeout=60s"),
    run('wait pod/user --for=condition=Ready --timeout=60s'),
    run('get pvc data -o wide'),
    run('describe pvc data'),
    run('get pv'),
    run('describe pv'),
    run(`patch pvc data -p '${JSON.stringify(shrink)}'`),
    run(`patch pvc data -p '${JSON.stringify(grow)}'`),
    run(`patch pvc data -p '{"spec":{"storageClassName":"other"}}'`),
    run('delete pvc data --wait=false'),
    run("get pvc data -o jsonpath='{.metadata.finalizers} {.status.phase}'"),
    run('get pvc data'),
    run('delete pod user'),
    run('wait pvc/data --for=delete --timeout=60s'),
    run('delete storageclass kube-clients'),
  ),
  scene(
    'Services',
    run('create service clusterip web --tcp=80:8080'),
    run('create service nodeport outside --tcp=80:8080'),
    run('create service loadbalancer front --tcp=80:8080'),
    run('create service externalname alias --external-name=example.com'),
    run('get services'),
    run('get services -o wide'),
    run('describe service web'),
    run('describe service front'),
    run('describe service alias'),
    run('get service web -o yaml'),
    run(
      'apply -f -',
      statefulSet('web', 2, container([], { ports: [{ name: 'http', containerPort: 8080 }] })),
    ),
    run('rollout status statefulset web --timeout=60s'),
    run('expose pod web-0 --port=8080 --name=one'),
    run(`patch service web -p '{"spec":{"clusterIP":"10.0.0.250"}}'`),
    run('create service clusterip web --tcp=80'),
    run('set selector service web app=other'),
    run('delete service web outside front alias one'),
    run('delete statefulset web'),
  ),
  scene(
    'budgets and nodes',
    run('apply -f -', statefulSet('web', 2, container())),
    run('rollout status statefulset web --timeout=60s'),
    run('create poddisruptionbudget web --selector=app=web --min-available=2'),
    until(/ 2 +\S+ +0 /, 'get pdb'),
    until(/Allowed disruptions: +0/, 'describe pdb web'),
    run('get nodes'),
    run('get nodes -o wide'),
    run('get nodes -L topology.kubernetes.io/zone --show-labels'),
    run('describe node node-a'),
    run('drain node-a --ignore-daemonsets --timeout=100ms --dry-run=server'),
    run('cordon node-a'),
    run('get node node-a'),
    run('uncordon node-a'),
    run('uncordon node-a'),
    run('taint node node-a special=yes:NoSchedule'),
    run('taint node node-a special=yes:NoSchedule'),
    run('taint node node-a special-'),
    run('label node node-a disk=fast'),
    run('label node node-a disk-'),
    run(`create -f - --raw /api/v1/namespaces/{ns}/pods/web-0/eviction`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'web-0' },
    }),
    run('delete pdb web'),
    run('delete statefulset web'),
    run('get leases'),
    run('create priorityclass important --value=10 --description=important'),
    run('get priorityclass important'),
    run('delete priorityclass important'),
    run('top nodes'),
    run('cluster-info'),
  ),
];
