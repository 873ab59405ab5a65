package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// patience is how long the rehearsal may take to answer; the kubelet asks again.
const patience = 10 * time.Second

// Any user of the pod may read, as the driver has it by default: the volume is the pod's alone.
const (
	folderMode = 0o755
	fileMode   = 0o644
)

// volumes makes the volumes of one node.
type volumes struct {
	csi.UnimplementedNodeServer
	node, store string
}

func (v *volumes) NodeGetInfo(context.Context, *csi.NodeGetInfoRequest) (*csi.NodeGetInfoResponse, error) {
	return &csi.NodeGetInfoResponse{NodeId: v.node}, nil
}

func (v *volumes) NodeGetCapabilities(
	context.Context, *csi.NodeGetCapabilitiesRequest,
) (*csi.NodeGetCapabilitiesResponse, error) {
	return &csi.NodeGetCapabilitiesResponse{}, nil
}

// NodePublishVolume mounts a volume in memory and writes the files into it. What it is asked again it does not repeat.
func (v *volumes) NodePublishVolume(
	ctx context.Context, request *csi.NodePublishVolumeRequest,
) (*csi.NodePublishVolumeResponse, error) {
	target := request.GetTargetPath()
	if isMounted(target) {
		return &csi.NodePublishVolumeResponse{}, nil
	}
	files, err := v.filesFor(ctx, request.GetVolumeContext())
	if err != nil {
		return nil, status.Error(codes.Unavailable, err.Error())
	}
	if err := mount(target, files, request.GetReadonly()); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &csi.NodePublishVolumeResponse{}, nil
}

func (v *volumes) NodeUnpublishVolume(
	_ context.Context, request *csi.NodeUnpublishVolumeRequest,
) (*csi.NodeUnpublishVolumeResponse, error) {
	target := request.GetTargetPath()
	if isMounted(target) {
		if err := unix.Unmount(target, 0); err != nil {
			return nil, status.Error(codes.Internal, err.Error())
		}
	}
	if err := os.Remove(target); err != nil && !os.IsNotExist(err) {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &csi.NodeUnpublishVolumeResponse{}, nil
}

// filesFor asks the rehearsal, by what the volume says of itself and the kubelet of its pod.
func (v *volumes) filesFor(ctx context.Context, attributes map[string]string) (map[string][]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	body, err := json.Marshal(attributes)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, v.store, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, errors.New(string(content))
	}
	var files map[string][]byte
	return files, json.Unmarshal(content, &files)
}

func mount(target string, files map[string][]byte, readOnly bool) error {
	if err := os.MkdirAll(target, folderMode); err != nil {
		return err
	}
	const flags = unix.MS_NODEV | unix.MS_NOSUID | unix.MS_NOEXEC
	if err := unix.Mount("tmpfs", target, "tmpfs", flags, fmt.Sprintf("mode=%o", folderMode)); err != nil {
		return err
	}
	err := write(target, files)
	if err == nil && readOnly {
		err = unix.Mount("", target, "", flags|unix.MS_REMOUNT|unix.MS_RDONLY, "")
	}
	if err != nil {
		// Half of it must not pass for the whole when the kubelet asks again.
		return errors.Join(err, unix.Unmount(target, 0))
	}
	return nil
}

func write(target string, files map[string][]byte) error {
	for name, content := range files {
		if name != filepath.Base(name) {
			return fmt.Errorf("%s is no name of a file", name)
		}
		if err := os.WriteFile(filepath.Join(target, name), content, fileMode); err != nil {
			return err
		}
	}
	return nil
}

// isMounted tells a mount by its being on another device than the folder around it.
func isMounted(path string) bool {
	var own, parent unix.Stat_t
	if unix.Stat(path, &own) != nil || unix.Stat(filepath.Dir(path), &parent) != nil {
		return false
	}
	return own.Dev != parent.Dev
}
