package main

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

// election stands for election under the name that is its argument, and says who leads. SIGTERM lets go of the lease.
func election(ctx context.Context, config *rest.Config, args []string) error {
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	name := args[0]
	leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
		Lock: &resourcelock.LeaseLock{
			LeaseMeta:  metav1.ObjectMeta{Name: "election", Namespace: namespace},
			Client:     clients.CoordinationV1(),
			LockConfig: resourcelock.ResourceLockConfig{Identity: name},
		},
		LeaseDuration:   3 * time.Second,
		RenewDeadline:   2 * time.Second,
		RetryPeriod:     500 * time.Millisecond,
		ReleaseOnCancel: true,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { say("%s leads", name) },
			OnStoppedLeading: func() { say("%s has stopped", name) },
			OnNewLeader: func(leader string) {
				if leader != name {
					say("%s follows %s", name, leader)
				}
			},
		},
	})
	return nil
}
