#!/bin/sh
# Lays out the root of the image: assemble.sh ROOT NODE DIST. Whatever Node.js and the packages' binaries load is copied
# from the system that this runs on, so the image has its C libraries and nothing else of it.
set -eu
root=$1
node=$2
dist=$3

mkdir -p "$root/usr/local/bin" "$root/etc" "$root/app/.data" "$root/tmp"
cp "$node" "$root/usr/local/bin/node"
cp -R "$dist" "$root/app/dist"

# The loader and every library, at the paths where they are looked for.
binaries=$(find "$root/app/dist" -name '*.node')
# shellcheck disable=SC2086 # one path a word
libraries=$(ldd "$root/usr/local/bin/node" $binaries | grep -o '/[^ :()]*\.so[^ :()]*' | sort -u)
for library in $libraries; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
  # Names are resolved by libraries that libc loads by itself; since glibc 2.34 they are inside it.
  case $library in
    */libc.so.*)
      for resolver in libnss_files.so.2 libnss_dns.so.2 libresolv.so.2; do
        if [ -e "$(dirname "$library")/$resolver" ]; then cp -L "$(dirname "$library")/$resolver" "$root$(dirname "$library")/"; fi
      done
      ;;
  esac
done

echo 'gateway:x:10001:10001:gateway:/app:/sbin/nologin' > "$root/etc/passwd"
echo 'gateway:x:10001:' > "$root/etc/group"
echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
chown 10001:10001 "$root/app/.data"
chmod 1777 "$root/tmp"
