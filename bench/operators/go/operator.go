package main

import (
	"context"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	applymetav1 "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

func runOperator(config *rest.Config, widgets int, leaderElection bool) error {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, addWidgets} {
		if err := add(scheme); err != nil {
			return err
		}
	}
	mgr, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:                        scheme,
		Metrics:                       server.Options{BindAddress: "0"},
		LeaderElection:                leaderElection,
		LeaderElectionID:              "yardstick",
		LeaderElectionNamespace:       "default",
		LeaderElectionReleaseOnCancel: true,
	})
	if err != nil {
		return err
	}
	err = ctrl.NewControllerManagedBy(mgr).
		For(&Widget{}).
		Owns(&corev1.ConfigMap{}).
		Owns(&corev1.Secret{}).
		WithOptions(controller.Options{MaxConcurrentReconciles: 10}).
		Complete(&reconciler{client: mgr.GetClient(), expected: widgets, seen: map[types.NamespacedName]bool{}})
	if err != nil {
		return err
	}
	if err := mgr.Add(manager.RunnableFunc(func(ctx context.Context) error {
		return tellSynced(ctx, mgr.GetCache(), widgets)
	})); err != nil {
		return err
	}
	return mgr.Start(ctrl.SetupSignalHandler())
}

// tellSynced names the informers: those of the controller need not be known to the cache yet.
func tellSynced(ctx context.Context, informers cache.Cache, widgets int) error {
	for _, object := range []client.Object{&Widget{}, &corev1.ConfigMap{}, &corev1.Secret{}} {
		if _, err := informers.GetInformer(ctx, object); err != nil {
			return err
		}
	}
	say("synced")
	if widgets == 0 {
		say("settled")
	}
	return nil
}

type reconciler struct {
	client   client.Client
	expected int

	mutex sync.Mutex
	seen  map[types.NamespacedName]bool
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	var widget Widget
	if err := r.client.Get(ctx, request.NamespacedName, &widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := r.ensureConfigMap(ctx, &widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.ensureStatus(ctx, &widget); err != nil {
		return ctrl.Result{}, err
	}
	r.count(request.NamespacedName)
	return ctrl.Result{}, nil
}

func (r *reconciler) ensureConfigMap(ctx context.Context, widget *Widget) error {
	var current corev1.ConfigMap
	err := r.client.Get(ctx, client.ObjectKeyFromObject(widget), &current)
	if client.IgnoreNotFound(err) != nil {
		return err
	}
	if err == nil && current.Data["message"] == widget.Spec.Message && metav1.IsControlledBy(&current, widget) {
		return nil
	}
	owner := applymetav1.OwnerReference().
		WithAPIVersion(widgetVersion.String()).WithKind("Widget").
		WithName(widget.Name).WithUID(widget.UID).
		WithController(true).WithBlockOwnerDeletion(true)
	desired := applycorev1.ConfigMap(widget.Name, widget.Namespace).
		WithOwnerReferences(owner).
		WithData(map[string]string{"message": widget.Spec.Message})
	return r.client.Apply(ctx, desired, client.FieldOwner("widget"), client.ForceOwnership)
}

func (r *reconciler) ensureStatus(ctx context.Context, widget *Widget) error {
	changed := meta.SetStatusCondition(&widget.Status.Conditions, metav1.Condition{
		Type: "Ready", Status: metav1.ConditionTrue, Reason: "Rendered", Message: "ConfigMap is there",
		ObservedGeneration: widget.Generation,
	})
	if !changed && widget.Status.ObservedGeneration == widget.Generation {
		return nil
	}
	widget.Status.ObservedGeneration = widget.Generation
	return r.client.Status().Update(ctx, widget)
}

// count says when every expected Widget has been reconciled once.
func (r *reconciler) count(name types.NamespacedName) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	before := len(r.seen)
	r.seen[name] = true
	if before < len(r.seen) && len(r.seen) == r.expected {
		say("settled")
	}
}
