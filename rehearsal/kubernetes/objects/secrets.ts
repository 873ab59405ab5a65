/**
 * The kind by which pods say which secrets they want, and the driver that mounts them, by the names of the Secrets Store
 * CSI driver. Its own definition is on no registry of packages; this one holds what the provider for Alibaba Cloud reads.
 */
import type { Manifest } from './apply';

const GROUP = 'secrets-store.csi.x-k8s.io';

type Object = Manifest & { readonly spec: object };

export function secretObjects(): readonly Manifest[] {
  const schema = {
    type: 'object',
    required: ['spec'],
    properties: {
      spec: {
        type: 'object',
        required: ['provider'],
        properties: {
          provider: { type: 'string' },
          parameters: { type: 'object', additionalProperties: { type: 'string' } },
        },
      },
    },
  };
  const definition: Object = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `secretproviderclasses.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: {
        kind: 'SecretProviderClass',
        listKind: 'SecretProviderClassList',
        plural: 'secretproviderclasses',
        singular: 'secretproviderclass',
      },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
  const driver: Object = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: { name: 'secrets-store.csi.k8s.io' },
    spec: { podInfoOnMount: true, attachRequired: false, volumeLifecycleModes: ['Ephemeral'] },
  };
  return [definition, driver];
}
