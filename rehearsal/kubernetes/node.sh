#!/bin/sh
# First process of a node, in namespaces of its own: lays the node's files over the machine's, connects it, and runs
# containerd, kubelet, kube-proxy and the driver of secrets. Ends when one of them does, and takes the node with it.
# Given in the environment: FOLDER, NAME, ADDRESS, GATEWAY, ROUTES (lines of `range via`), KUBE, CONTAINERD, CTR, LABELS,
# SECRETS (the driver of volumes with secrets), SECRETS_STORE (where that asks)
set -eu

# What the node mounts is seen by its pods, and by nobody else.
mount --make-rprivate /
for folder in var etc; do
  mkdir -p "$FOLDER/$folder.upper" "$FOLDER/$folder.work"
  mount -t overlay overlay -o "lowerdir=/$folder,upperdir=$FOLDER/$folder.upper,workdir=$FOLDER/$folder.work" "/$folder"
done
mount -t tmpfs tmpfs /run
mkdir -p /run/containerd /var/lib/cni
mount --make-rshared /
hostname "$NAME"

ip link set lo up
until ip link show eth0 > /dev/null 2>&1; do sleep 0.02; done
ip address add "$ADDRESS/24" dev eth0
ip link set eth0 up
ip route add default via "$GATEWAY"
echo "$ROUTES" | while read -r range via; do ip route add "$range" via "$via"; done
sysctl -q -w net.ipv4.ip_forward=1
# Traffic between pods of one node passes the rules of Services only with this, where the kernel has it.
sysctl -q -w net.bridge.bridge-nf-call-iptables=1 || true

"$CONTAINERD" --config "$FOLDER/containerd.toml" > "$FOLDER/containerd.log" 2>&1 &
containerd=$!
until "$CTR" --address /run/containerd/containerd.sock version > /dev/null 2>&1; do
  kill -0 $containerd
  sleep 0.05
done

"$KUBE" kubelet --config="$FOLDER/kubelet.yaml" --kubeconfig="$FOLDER/kubeconfig" --root-dir="$FOLDER/kubelet" \
  --hostname-override="$NAME" --node-ip="$ADDRESS" --node-labels="$LABELS" > "$FOLDER/kubelet.log" 2>&1 &
kubelet=$!
"$KUBE" kube-proxy --config="$FOLDER/proxy.yaml" --hostname-override="$NAME" > "$FOLDER/proxy.log" 2>&1 &
proxy=$!

"$SECRETS" --kubelet="$FOLDER/kubelet" --node="$NAME" --store="$SECRETS_STORE" > "$FOLDER/secrets-driver.log" 2>&1 &
secrets=$!

while kill -0 $containerd $kubelet $proxy $secrets 2> /dev/null; do sleep 1; done
echo "containerd, kubelet, kube-proxy or the driver of secrets has ended; their words are in $FOLDER/*.log" >&2
exit 1
