/** Container Service for Kubernetes (ACK): clusters, node pools, add-ons, and who may use them. Always by HTTPS. */
import { roaProduct } from '../../roa';
import { addOnOperations } from './addon-operations';
import { autoscalingOperations } from './autoscaling';
import { changeOperations } from './changes';
import { clusterOperations } from './clusters';
import { creationOperations } from './creation';
import { kubeconfigOperations } from './kubeconfig';
import { logOperations } from './logs';
import { nodePoolOperations } from './node-pool-operations';
import { permissionOperations } from './permissions';
import { taskOperations } from './tasks';

/**
 * Of its error codes, `ErrorClusterNotFound`, `ErrorNodePoolNotFound` and `AddonNotFound` are those that clients act on;
 * the rest has no public list, and is told by its message.
 */
export const cs = roaProduct({
  name: 'CS',
  hosts: /^cs(-vpc)?(\.[a-z0-9-]+)?\.aliyuncs\.com$/,
  operations: [
    ...creationOperations,
    ...clusterOperations,
    ...changeOperations,
    ...logOperations,
    ...kubeconfigOperations,
    ...nodePoolOperations,
    ...addOnOperations,
    ...autoscalingOperations,
    ...permissionOperations,
    ...taskOperations,
  ],
});
