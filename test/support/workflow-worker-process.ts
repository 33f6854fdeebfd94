/** A process of its own that hosts workflows and no activities: `ADDRESS QUEUE BUNDLE STICKY_TIMEOUT`. */
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const [address = '', taskQueue = '', codePath = '', stickyQueueScheduleToStartTimeout = '1s'] = process.argv.slice(2);

Runtime.install({
  logger: new DefaultLogger('ERROR', () => undefined),
  telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
});
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  workflowBundle: { codePath },
  stickyQueueScheduleToStartTimeout: stickyQueueScheduleToStartTimeout as '1s', // a duration, checked by the SDK
});
const running = worker.run();
process.send?.('ready');
await running;
