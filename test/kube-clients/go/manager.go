package main

import (
	"context"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const finalizer = "clients.example.com/archive"

// manage runs a controller that keeps a ConfigMap for each Report, and says what it changes.
func manage(ctx context.Context, config *rest.Config, _ []string) error {
	ctrl.SetLogger(logr.Discard())
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		return err
	}
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:                        scheme,
		Metrics:                       server.Options{BindAddress: "0"},
		LeaderElection:                true,
		LeaderElectionID:              "archive",
		LeaderElectionNamespace:       namespace,
		LeaderElectionReleaseOnCancel: true,
	})
	if err != nil {
		return err
	}
	err = ctrl.NewControllerManagedBy(manager).
		Named("archive").
		For(newReport()).
		Owns(&corev1.ConfigMap{}).
		Complete(&archive{manager.GetClient()})
	if err != nil {
		return err
	}
	return manager.Start(ctx)
}

func newReport() *unstructured.Unstructured {
	report := &unstructured.Unstructured{}
	report.SetGroupVersionKind(schema.GroupVersionKind{Group: reports.Group, Version: reports.Version, Kind: "Report"})
	return report
}

type archive struct {
	client client.Client
}

func (a *archive) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	report := newReport()
	if err := a.client.Get(ctx, request.NamespacedName, report); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if report.GetDeletionTimestamp() != nil {
		if !controllerutil.RemoveFinalizer(report, finalizer) {
			return ctrl.Result{}, nil
		}
		say("%s lets go", report.GetName())
		return ctrl.Result{}, client.IgnoreNotFound(a.client.Update(ctx, report))
	}
	if controllerutil.AddFinalizer(report, finalizer) {
		return ctrl.Result{}, a.client.Update(ctx, report)
	}
	copied := &corev1.ConfigMap{}
	copied.Name, copied.Namespace = report.GetName(), report.GetNamespace()
	author, _, _ := unstructured.NestedString(report.Object, "spec", "author")
	result, err := controllerutil.CreateOrUpdate(ctx, a.client, copied, func() error {
		copied.Data = map[string]string{"author": author}
		return controllerutil.SetControllerReference(report, copied, a.client.Scheme())
	})
	if err != nil {
		return ctrl.Result{}, err
	}
	if result != controllerutil.OperationResultNone {
		say("%s %s for %s", copied.Name, result, author)
	}
	before := report.DeepCopy()
	if err := unstructured.SetNestedField(report.Object, report.GetGeneration(), "status", "copies"); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, a.client.Status().Patch(ctx, report, client.MergeFrom(before))
}
