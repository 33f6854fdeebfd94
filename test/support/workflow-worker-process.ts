/** A process of its own that hosts workflows and no activities: `ADDRESS QUEUE BUNDLE STICKY_TIMEOUT`. */
import { setTimeout as delay } from 'node:timers/promises';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const [address = '', taskQueue = '', codePath = '', stickyQueueScheduleToStartTimeout = '1s'] = process.argv.slice(2);

Runtime.install({
  logger: new DefaultLogger('ERROR', () => undefined),
  telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
});
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowBundle: { codePath },
  stickyQueueScheduleToStartTimeout: stickyQueueScheduleToStartTimeout as '1s', // a duration, checked by the SDK
});
const running = worker.run();
while (!(await isPolling())) {
  await delay(50);
}
process.send?.('ready');
await running;

/** Whether the server knows of it: on a busy machine that takes a while after it runs. */
async function isPolling(): Promise<boolean> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace: 'default',
    taskQueue: { name: taskQueue },
  });
  return pollers.some(({ identity }) => identity === worker.options.identity);
}
