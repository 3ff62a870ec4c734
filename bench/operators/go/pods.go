package main

import (
	"errors"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
)

func cachePods(config *rest.Config) error {
	ctx := ctrl.SetupSignalHandler()
	pods, err := cache.New(config, cache.Options{})
	if err != nil {
		return err
	}
	if _, err := pods.GetInformer(ctx, &corev1.Pod{}, cache.BlockUntilSynced(false)); err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- pods.Start(ctx) }()
	if !pods.WaitForCacheSync(ctx) {
		return errors.New("the cache was not synced")
	}
	say("synced")
	return <-failed
}
