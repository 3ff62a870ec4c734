// What controllers in Go do, said line by line, so that two control planes can be compared by it.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

const namespace = "default"

var programs = map[string]func(ctx context.Context, config *rest.Config, args []string) error{
	"typed":     typed,
	"informers": informers,
	"election":  election,
	"manager":   manage,
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	program, ok := programs[os.Args[1]]
	if !ok {
		return fmt.Errorf("no program %q", os.Args[1])
	}
	klog.LogToStderr(true)
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return err
	}
	config.QPS = -1
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	return program(ctx, config, os.Args[2:])
}

// say tells whoever compares.
func say(format string, values ...any) {
	fmt.Println(strings.TrimRight(fmt.Sprintf(format, values...), "\n"))
}

// ask says something and waits until whoever started the program has done it.
func ask(what string) error {
	say("please %s", what)
	_, err := bufio.NewReader(os.Stdin).ReadString('\n')
	return err
}
