/** What the Container Service is busy with: almost everything it is asked for is a task that is polled. */
import { DescribeTaskInfoResponseBody } from '@alicloud/cs20151215/dist/models/DescribeTaskInfoResponseBody';
import { notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { Empty, roaOperation } from '../../roa';

interface Task {
  readonly id: string;
  readonly clusterId: string;
  /** `cluster_create`, `nodepool_update`, … */
  readonly type: string;
  readonly createdAt: number;
  /** What the fault "stays Creating" knows it by. */
  readonly noun: string;
  readyAt: number;
}

/** Not things that exist: they are history, and outlive the cluster whose deletion they report. */
const TASKS = new WeakMap<Cloud, Map<string, Task>>();

function tasksOf(cloud: Cloud): Map<string, Task> {
  let tasks = TASKS.get(cloud);
  if (tasks === undefined) {
    tasks = new Map();
    TASKS.set(cloud, tasks);
  }
  return tasks;
}

/** What an operation answers that goes on after its answer. */
export interface Started {
  readonly clusterId: string;
  readonly requestId: string;
  readonly taskId: string;
}

/**
 * Records that work goes on.
 * @param noun what it is done to; it takes as long as that takes to be ready
 */
export function startTask(cloud: Cloud, clusterId: string, type: string, noun: string): Started {
  const id = `T-${cloud.newId('')}`;
  tasksOf(cloud).set(id, { id, clusterId, type, noun, createdAt: cloud.now(), readyAt: cloud.readyAt(noun) });
  return { clusterId, requestId: cloud.newId('').toUpperCase(), taskId: id };
}

export const taskOperations = [
  roaOperation({
    name: 'DescribeTaskInfo',
    method: 'GET',
    path: '/tasks/{task_id}',
    request: Empty,
    response: DescribeTaskInfoResponseBody,
    handle: ({ cloud, path }) => {
      const task = tasksOf(cloud).get(path('task_id'));
      if (task === undefined) throw notFound('ErrorTaskNotFound', 'task', path('task_id'));
      return {
        clusterId: task.clusterId,
        taskId: task.id,
        taskType: task.type,
        state: cloud.isReady(task.noun, task) ? 'success' : 'running',
        created: cloud.timestamp(task.createdAt),
        updated: cloud.timestamp(),
      };
    },
  }),
];
