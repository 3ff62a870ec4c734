// The yardstick: what the benchmarks of this repository do, done with controller-runtime and client-go as their manuals show it.
package main

import (
	"flag"
	"fmt"
	"os"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

func main() {
	widgets := flag.Int("widgets", 0, "say so when this many Widgets have been reconciled")
	pods := flag.Bool("pods", false, "only cache all Pods")
	leaderElection := flag.Bool("leader-election", false, "stand for election first")
	flag.Parse()

	ctrl.SetLogger(zap.New())
	config, err := ctrl.GetConfig()
	if err != nil {
		fail(err)
	}
	config.QPS = -1
	if *pods {
		err = cachePods(config)
	} else {
		err = runOperator(config, *widgets, *leaderElection)
	}
	if err != nil {
		fail(err)
	}
}

// say tells the benchmark.
func say(event string) {
	fmt.Println("bench", event)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
