/** What the gateway's pods may not do: everything that Kubernetes calls "restricted", and write to their own files. */

/** The one user of the image, and the group that owns its volumes. Source: app/Dockerfile. */
export const IMAGE_USER = '10001';

/** For the pod. */
export const POD_SECURITY = {
  runAsNonRoot: true,
  runAsUser: IMAGE_USER,
  runAsGroup: IMAGE_USER,
  fsGroup: IMAGE_USER,
  // A volume that is the group's already is not walked through again at each start.
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** For each of its containers. */
export const CONTAINER_SECURITY = {
  runAsNonRoot: true,
  runAsUser: IMAGE_USER,
  runAsGroup: IMAGE_USER,
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};
