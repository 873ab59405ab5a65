// An API server for custom.metrics.k8s.io over a Prometheus. It takes the flags that the prometheus-adapter chart gives
// and the rules of its configuration file, so that what the chart's values say is what an autoscaler gets.
package main

import (
	"context"
	"os"
	"time"

	"github.com/prometheus/client_golang/api"
	prometheus "github.com/prometheus/client_golang/api/prometheus/v1"
	"k8s.io/component-base/logs"
	"k8s.io/klog/v2"
	"sigs.k8s.io/custom-metrics-apiserver/pkg/cmd"
)

// relistInterval is how often Prometheus is asked which series there are.
const relistInterval = 30 * time.Second

func main() {
	logs.InitLogs()
	defer logs.FlushLogs()
	if err := serve(); err != nil {
		klog.Errorf("custom-metrics: %v", err)
		klog.Flush()
		os.Exit(1)
	}
}

func serve() error {
	adapter := &cmd.AdapterBase{Name: "custom-metrics"}
	flags := adapter.Flags()
	prometheusURL := flags.String("prometheus-url", "", "where Prometheus is")
	interval := flags.Duration("metrics-relist-interval", relistInterval, "how often to ask which series there are")
	config := flags.String("config", "", "file with the rules, as prometheus-adapter reads it")
	logs.AddFlags(flags)
	if err := flags.Parse(os.Args[1:]); err != nil {
		return err
	}

	rules, err := readRules(*config)
	if err != nil {
		return err
	}
	client, err := api.NewClient(api.Config{Address: *prometheusURL})
	if err != nil {
		return err
	}
	objects, err := adapter.DynamicClient()
	if err != nil {
		return err
	}
	mapper, err := adapter.RESTMapper()
	if err != nil {
		return err
	}
	metrics := newPrometheusMetrics(prometheus.NewAPI(client), rules, objects, mapper)
	go metrics.relist(context.Background(), *interval)
	adapter.WithCustomMetrics(metrics)
	return adapter.Run(context.Background())
}
