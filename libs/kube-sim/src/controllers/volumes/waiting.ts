// What becomes of claims that no volume fits: they wait for a pod, for a provisioner, or for somebody to help.
import type { SimObject } from '../../api/object.ts';
import type { ControllerContext } from '../controller.ts';
import { podType } from '../pods.ts';
import type { View } from '../view.ts';
import { annotated, claimNames, claimSpec, classType } from './objects.ts';

const manager = 'kube-controller-manager';
const selectedNode = 'volume.kubernetes.io/selected-node';

/** Whether the volume is chosen together with the node of the first pod. */
export function bindsLate(claim: SimObject, view: View): boolean {
  return classOf(claim, view)?.['volumeBindingMode'] === 'WaitForFirstConsumer';
}

/** Tells what the claim waits for, and whose turn it is. */
export function wait(claim: SimObject, context: ControllerContext): void {
  const { view, record } = context;
  const name = claimSpec(claim).storageClassName ?? '';
  if (bindsLate(claim, view) && claim.metadata.annotations?.[selectedNode] === undefined) {
    const pods = unscheduledPods(claim, view);
    if (pods.length === 0)
      record(claim, 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
    else {
      const which = `${pods.length > 1 ? 'pods' : 'pod'} ${pods.join(',')}`;
      record(claim, 'WaitForPodScheduled', `waiting for ${which} to be scheduled`);
    }
  } else if (name === '') {
    record(
      claim,
      'FailedBinding',
      'no persistent volumes available for this claim and no storage class is set',
    );
  } else provision(claim, name, context);
}

/** Only provisioners of others make volumes. */
function provision(claim: SimObject, name: string, { client, view, record }: ControllerContext): void {
  const storageClass = classOf(claim, view);
  const provisioner = storageClass?.['provisioner'] as string | undefined;
  if (provisioner === undefined) {
    record(claim, 'ProvisioningFailed', `storageclass.storage.k8s.io "${name}" not found`, 'Warning');
    return;
  }
  if (provisioner.startsWith('kubernetes.io/')) {
    record(claim, 'ProvisioningFailed', `no volume plugin matched name: ${provisioner}`, 'Warning');
    return;
  }
  const annotations = {
    'volume.beta.kubernetes.io/storage-provisioner': provisioner,
    'volume.kubernetes.io/storage-provisioner': provisioner,
  };
  const next = annotated(claim, annotations);
  if (next !== claim) {
    // This change brings the claim here again.
    client.update(next, manager);
    return;
  }
  record(
    claim,
    'ExternalProvisioning',
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
  );
}

function classOf(claim: SimObject, view: View): SimObject | undefined {
  return view.get(classType, undefined, claimSpec(claim).storageClassName ?? '');
}

function unscheduledPods(claim: SimObject, view: View): readonly string[] {
  return view
    .list(podType, claim.metadata.namespace)
    .filter(({ spec }) => ((spec as { readonly nodeName?: string }).nodeName ?? '') === '')
    .filter((pod) => claimNames(pod).includes(claim.metadata.name))
    .map(({ metadata }) => metadata.name);
}
