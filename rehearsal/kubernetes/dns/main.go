// CoreDNS with the plugins that the cluster's Corefile uses, and no other: the whole one is three times as large.
package main

import (
	"github.com/coredns/coredns/coremain"
	// A plugin is there by being imported; the order in which they act is CoreDNS's own.
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/metrics"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/template"
)

func main() { coremain.Run() }
