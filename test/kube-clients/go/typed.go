package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/kubernetes"
	clientcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/pager"
	"k8s.io/client-go/util/retry"
)

// typed writes and reads ConfigMaps and Pods; its argument is the media type.
func typed(ctx context.Context, config *rest.Config, args []string) error {
	config.ContentType = args[0]
	config.AcceptContentTypes = args[0] + ",application/json"
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	version, err := clients.Discovery().ServerVersion()
	if err != nil {
		return err
	}
	say("server: %s", version.GitVersion)
	writeConfigMaps(ctx, clients.CoreV1().ConfigMaps(namespace))
	readPages(ctx, clients.CoreV1().ConfigMaps(namespace))
	writePods(ctx, clients.CoreV1().Pods(namespace))
	return nil
}

func writeConfigMaps(ctx context.Context, configMaps clientcorev1.ConfigMapInterface) {
	object := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "typed", Labels: map[string]string{"by": "typed"}},
		Data:       map[string]string{"a": "1"},
		BinaryData: map[string][]byte{"b": {0, 255}},
	}
	created, err := configMaps.Create(ctx, object, metav1.CreateOptions{FieldManager: "typed"})
	tell("create", created, err)
	if err != nil {
		return
	}
	again, err := configMaps.Create(ctx, object, metav1.CreateOptions{})
	tell("create again", again, err)
	invalid, err := configMaps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "Not valid"}}, metav1.CreateOptions{})
	tell("create invalid", invalid, err)
	dry, err := configMaps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{GenerateName: "dry-"}}, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	tell("create dry", nameless(dry), err)

	fresh := created.DeepCopy()
	fresh.Data["a"] = "2"
	updated, err := configMaps.Update(ctx, fresh, metav1.UpdateOptions{})
	tell("update", updated, err)
	stale := created.DeepCopy()
	stale.Data["a"] = "3"
	_, err = configMaps.Update(ctx, stale, metav1.UpdateOptions{})
	tell("update stale", nil, err)
	attempts := 0
	err = retry.RetryOnConflict(retry.DefaultRetry, func() error {
		attempts++
		if attempts > 1 {
			current, err := configMaps.Get(ctx, "typed", metav1.GetOptions{})
			if err != nil {
				return err
			}
			stale = current
			stale.Data["a"] = "3"
		}
		_, err := configMaps.Update(ctx, stale, metav1.UpdateOptions{})
		return err
	})
	tell(fmt.Sprintf("update after %d attempts", attempts), stale, err)

	for _, patch := range []struct {
		kind types.PatchType
		text string
	}{
		{types.MergePatchType, `{"data":{"a":null,"m":"1"}}`},
		{types.StrategicMergePatchType, `{"data":{"s":"1"},"metadata":{"labels":{"$patch":"replace","only":"this"}}}`},
		{types.JSONPatchType, `[{"op":"replace","path":"/data/s","value":"2"}]`},
		{types.JSONPatchType, `[{"op":"test","path":"/data/s","value":"3"}]`},
		{types.MergePatchType, `{"metadata":{"resourceVersion":"1"}}`},
		{types.MergePatchType, `{`},
	} {
		patched, err := configMaps.Patch(ctx, "typed", patch.kind, []byte(patch.text), metav1.PatchOptions{FieldManager: "patcher"})
		tell("patch "+patch.text, patched, err)
	}

	desired := applycorev1.ConfigMap("typed", namespace).WithData(map[string]string{"applied": "1"})
	applied, err := configMaps.Apply(ctx, desired, metav1.ApplyOptions{FieldManager: "one"})
	tell("apply", applied, err)
	_, err = configMaps.Apply(ctx, applycorev1.ConfigMap("typed", namespace).WithData(map[string]string{"applied": "2"}), metav1.ApplyOptions{FieldManager: "two"})
	tell("apply conflict", nil, err)
	forced, err := configMaps.Apply(ctx, applycorev1.ConfigMap("typed", namespace).WithData(map[string]string{"applied": "2"}), metav1.ApplyOptions{FieldManager: "two", Force: true})
	tell("apply forced", forced, err)
	if err == nil {
		tellManagers(forced)
		extracted, err := applycorev1.ExtractConfigMap(forced, "two")
		if err == nil {
			say("extracted: %v", extracted.Data)
		} else {
			say("extracted: %v", err)
		}
	}

	other := types.UID("11111111-2222-3333-4444-555555555555")
	err = configMaps.Delete(ctx, "typed", metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &other}})
	say("delete another: %s", apierrors.ReasonForError(err))
	err = configMaps.Delete(ctx, "typed", metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &created.UID}})
	tell("delete", nil, err)
	_, err = configMaps.Get(ctx, "typed", metav1.GetOptions{})
	tell("get", nil, err)
}

// readPages reads a list page by page, and deletes what is on it.
func readPages(ctx context.Context, configMaps clientcorev1.ConfigMapInterface) {
	for index := range 5 {
		object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("page-%d", index), Labels: map[string]string{"of": "pages"}}}
		_, err := configMaps.Create(ctx, object, metav1.CreateOptions{})
		tell("create", nil, err)
	}
	pages := pager.New(pager.SimplePageFunc(func(options metav1.ListOptions) (runtime.Object, error) {
		list, err := configMaps.List(ctx, options)
		if err == nil {
			say("page of %d, then %v more", len(list.Items), remaining(list))
		}
		return list, err
	}))
	pages.PageSize = 2
	pages.PageBufferSize = 0
	err := pages.EachListItem(ctx, metav1.ListOptions{LabelSelector: "of=pages"}, func(object runtime.Object) error {
		say("item %s", object.(*corev1.ConfigMap).Name)
		return nil
	})
	tell("pages", nil, err)
	err = configMaps.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "of=pages"})
	tell("delete all", nil, err)
}

func writePods(ctx context.Context, pods clientcorev1.PodInterface) {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "typed"},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "example/main"}}},
	}
	created, err := pods.Create(ctx, pod, metav1.CreateOptions{})
	if err != nil {
		tell("create pod", nil, err)
		return
	}
	say("pod: %s %s %s", created.Status.Phase, created.Spec.RestartPolicy, created.Spec.Containers[0].ImagePullPolicy)
	binding := &corev1.Binding{ObjectMeta: metav1.ObjectMeta{Name: "typed"}, Target: corev1.ObjectReference{Kind: "Node", Name: "nowhere"}}
	tell("bind", nil, pods.Bind(ctx, binding, metav1.CreateOptions{}))
	tell("bind again", nil, pods.Bind(ctx, binding, metav1.CreateOptions{}))
	bound, err := pods.Get(ctx, "typed", metav1.GetOptions{})
	if err != nil {
		tell("get pod", nil, err)
		return
	}
	bound.Status.Phase = corev1.PodRunning
	bound.Spec.NodeName = "elsewhere"
	running, err := pods.UpdateStatus(ctx, bound, metav1.UpdateOptions{})
	if err != nil {
		tell("update status", nil, err)
	} else {
		say("pod: %s on %s", running.Status.Phase, running.Spec.NodeName)
	}
	now := int64(0)
	tell("delete pod", nil, pods.Delete(ctx, "typed", metav1.DeleteOptions{GracePeriodSeconds: &now}))
}

func tell(what string, object *corev1.ConfigMap, err error) {
	if err != nil {
		say("%s: %s: %v", what, apierrors.ReasonForError(err), err)
		return
	}
	if object == nil {
		say("%s: ok", what)
		return
	}
	text, _ := json.Marshal(map[string]any{
		"labels": object.Labels, "data": object.Data, "binaryData": object.BinaryData, "kind": object.Kind,
	})
	say("%s: %s %s", what, object.Name, text)
}

func tellManagers(object *corev1.ConfigMap) {
	managers := map[string]string{}
	for _, entry := range object.ManagedFields {
		managers[string(entry.Operation)+" "+entry.Manager] = string(entry.FieldsV1.GetRawBytes())
	}
	for _, manager := range slices.Sorted(maps.Keys(managers)) {
		say("fields of %s: %s", manager, managers[manager])
	}
}

func nameless(object *corev1.ConfigMap) *corev1.ConfigMap {
	if object != nil {
		object.Name = object.GenerateName
	}
	return object
}

func remaining(list *corev1.ConfigMapList) int64 {
	if list.RemainingItemCount == nil {
		return 0
	}
	return *list.RemainingItemCount
}
