// A driver of volumes by the name of the Secrets Store CSI driver: mounts what the rehearsal answers for as files of the
// pod. The driver itself and its provider for Alibaba Cloud are on no registry of modules; what is real is the way from
// the pod's volume through the kubelet to here.
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

const driverName = "secrets-store.csi.k8s.io"

func main() {
	kubelet := flag.String("kubelet", "", "the kubelet's folder")
	node := flag.String("node", "", "the node's name")
	store := flag.String("store", "", "URL that answers which files a pod is given")
	flag.Parse()
	if err := serve(*kubelet, *node, *store); err != nil {
		log.Fatal(err)
	}
}

func serve(kubelet, node, store string) error {
	endpoint := filepath.Join(kubelet, "plugins", driverName, "csi.sock")
	driver := grpc.NewServer()
	csi.RegisterIdentityServer(driver, identity{})
	csi.RegisterNodeServer(driver, &volumes{node: node, store: store})
	if err := listen(driver, endpoint); err != nil {
		return err
	}
	// The kubelet looks into this folder for drivers, and asks each who it is.
	registrar := grpc.NewServer()
	registration.RegisterRegistrationServer(registrar, registrant{endpoint: endpoint})
	if err := listen(registrar, filepath.Join(kubelet, "plugins_registry", driverName+"-reg.sock")); err != nil {
		return err
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	<-stop
	return nil
}

func listen(server *grpc.Server, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	socket, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	go func() {
		if err := server.Serve(socket); err != nil {
			log.Fatal(err)
		}
	}()
	return nil
}

// registrant tells the kubelet where the driver is.
type registrant struct {
	registration.UnimplementedRegistrationServer
	endpoint string
}

func (r registrant) GetInfo(context.Context, *registration.InfoRequest) (*registration.PluginInfo, error) {
	return &registration.PluginInfo{
		Type: registration.CSIPlugin, Name: driverName, Endpoint: r.endpoint, SupportedVersions: []string{"1.0.0"},
	}, nil
}

func (r registrant) NotifyRegistrationStatus(
	_ context.Context, status *registration.RegistrationStatus,
) (*registration.RegistrationStatusResponse, error) {
	if !status.PluginRegistered {
		log.Printf("the kubelet refused the driver: %s", status.Error)
	}
	return &registration.RegistrationStatusResponse{}, nil
}

// identity says which driver this is.
type identity struct {
	csi.UnimplementedIdentityServer
}

func (identity) GetPluginInfo(context.Context, *csi.GetPluginInfoRequest) (*csi.GetPluginInfoResponse, error) {
	return &csi.GetPluginInfoResponse{Name: driverName, VendorVersion: "rehearsal"}, nil
}

func (identity) Probe(context.Context, *csi.ProbeRequest) (*csi.ProbeResponse, error) {
	return &csi.ProbeResponse{}, nil
}

func (identity) GetPluginCapabilities(
	context.Context, *csi.GetPluginCapabilitiesRequest,
) (*csi.GetPluginCapabilitiesResponse, error) {
	return &csi.GetPluginCapabilitiesResponse{}, nil
}
