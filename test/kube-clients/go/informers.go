package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	sharedinformers "k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

const (
	colorIndex = "color"
	patience   = 60 * time.Second
)

var reports = schema.GroupVersionResource{Group: "clients.example.com", Version: "v1", Resource: "reports"}

// informers follows ConfigMaps and a custom resource while it writes to them, before and after the server is started anew.
func informers(ctx context.Context, config *rest.Config, _ []string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	resources, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	onlyOurs := func(options *metav1.ListOptions) { options.LabelSelector = "by=informers" }
	typedFactory := sharedinformers.NewSharedInformerFactoryWithOptions(clients, 0,
		sharedinformers.WithNamespace(namespace), sharedinformers.WithTweakListOptions(onlyOurs))
	dynamicFactory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(resources, 0, namespace, nil)
	configMaps := typedFactory.Core().V1().ConfigMaps()
	events := make(chan string, 100)
	err = configMaps.Informer().AddIndexers(cache.Indexers{colorIndex: func(object any) ([]string, error) {
		return []string{object.(*corev1.ConfigMap).Data["color"]}, nil
	}})
	if err != nil {
		return err
	}
	for _, informer := range []cache.SharedIndexInformer{configMaps.Informer(), dynamicFactory.ForResource(reports).Informer()} {
		if _, err := informer.AddEventHandler(sayTo(events)); err != nil {
			return err
		}
	}

	w := writer{ctx: ctx, clients: clients, reports: resources.Resource(reports).Namespace(namespace), events: events}
	if err := w.create("before", "red"); err != nil {
		return err
	}
	typedFactory.Start(ctx.Done())
	dynamicFactory.Start(ctx.Done())
	for kind, synced := range typedFactory.WaitForCacheSync(ctx.Done()) {
		say("synced %v: %v", kind, synced)
	}
	dynamicFactory.WaitForCacheSync(ctx.Done())
	if err := w.expect(1); err != nil {
		return err
	}
	if err := w.steps("first"); err != nil {
		return err
	}
	if err := ask("restart"); err != nil {
		return err
	}
	if err := w.steps("second"); err != nil {
		return err
	}

	red, err := configMaps.Informer().GetIndexer().ByIndex(colorIndex, "red")
	say("red: %d %v", len(red), err)
	listed, err := configMaps.Lister().ConfigMaps(namespace).List(labels.Everything())
	say("listed: %d %v", len(listed), err)
	return nil
}

type writer struct {
	ctx     context.Context
	clients kubernetes.Interface
	reports dynamic.ResourceInterface
	events  <-chan string
}

// steps writes and waits each time for what the informers tell of it.
func (w writer) steps(name string) error {
	for _, step := range []func() error{
		func() error { return w.create(name, "red") },
		func() error { return w.patch(name, `{"data":{"color":"blue"}}`) },
		func() error { return w.patch(name, `{"metadata":{"labels":{"by":null}}}`) },
		func() error { return w.patch(name, `{"metadata":{"labels":{"by":"informers"}}}`) },
		func() error {
			return w.clients.CoreV1().ConfigMaps(namespace).Delete(w.ctx, name, metav1.DeleteOptions{})
		},
		func() error { return w.createReport(name) },
		func() error { return w.scaleReport(name) },
		func() error { return w.reports.Delete(w.ctx, name, metav1.DeleteOptions{}) },
	} {
		if err := step(); err != nil {
			return err
		}
		if err := w.expect(1); err != nil {
			return err
		}
	}
	return nil
}

// create goes on trying while the server is away.
func (w writer) create(name, color string) error {
	object := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"by": "informers"}},
		Data:       map[string]string{"color": color},
	}
	return wait.PollUntilContextTimeout(w.ctx, 100*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		_, err := w.clients.CoreV1().ConfigMaps(namespace).Create(ctx, object, metav1.CreateOptions{})
		return err == nil, nil
	})
}

func (w writer) patch(name, text string) error {
	_, err := w.clients.CoreV1().ConfigMaps(namespace).Patch(w.ctx, name, "application/merge-patch+json", []byte(text), metav1.PatchOptions{})
	return err
}

func (w writer) createReport(name string) error {
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "clients.example.com/v1",
		"kind":       "Report",
		"metadata":   map[string]any{"name": name},
		"spec":       map[string]any{"author": "ada"},
	}}
	_, err := w.reports.Create(w.ctx, object, metav1.CreateOptions{})
	return err
}

func (w writer) scaleReport(name string) error {
	_, err := w.reports.Patch(w.ctx, name, "application/merge-patch+json", []byte(`{"spec":{"replicas":3}}`), metav1.PatchOptions{}, "scale")
	return err
}

func (w writer) expect(count int) error {
	for range count {
		select {
		case event := <-w.events:
			say("%s", event)
		case <-time.After(patience):
			return fmt.Errorf("no event after %v", patience)
		}
	}
	return nil
}

// sayTo leaves out what an informer tells again after it has listed anew.
func sayTo(events chan<- string) cache.ResourceEventHandler {
	return cache.ResourceEventHandlerDetailedFuncs{
		AddFunc: func(object any, isInInitialList bool) {
			events <- fmt.Sprintf("added %s (initially: %v)", summary(object), isInInitialList)
		},
		UpdateFunc: func(before, after any) {
			if before.(metav1.Object).GetResourceVersion() != after.(metav1.Object).GetResourceVersion() {
				events <- fmt.Sprintf("updated %s from %s", summary(after), summary(before))
			}
		},
		DeleteFunc: func(object any) { events <- "deleted " + summary(object) },
	}
}

func summary(object any) string {
	switch object := object.(type) {
	case *corev1.ConfigMap:
		return fmt.Sprintf("ConfigMap %s %v", object.Name, object.Data)
	case *unstructured.Unstructured:
		return fmt.Sprintf("%s %s %v", object.GetKind(), object.GetName(), object.Object["spec"])
	default:
		return fmt.Sprintf("%T", object)
	}
}
