/** Keeps open pages current: one watcher per page address, shared by all open pages, ended when there are none. */
import type { ServerResponse } from 'node:http';

/** Says what is new; resolves when there will be nothing more. */
export type Watch = (show: (part: string) => void, signal: AbortSignal) => Promise<void>;

/** How often a silent connection gets a sign of life, so that no proxy closes it. */
const KEEP_ALIVE_MS = 15_000;

interface Channel {
  readonly listeners: Set<ServerResponse>;
  readonly stop: AbortController;
  latest: string | undefined;
}

/** Server-sent events: `part` with markup, `end` when the page should be loaded again. */
export class LiveParts {
  readonly #channels = new Map<string, Channel>();

  /** Answers a request with a stream of events, until the browser or the watch ends it. */
  stream(address: string, watch: Watch, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const channel = this.#channels.get(address) ?? this.#begin(address, watch);
    channel.listeners.add(response);
    const timer = setInterval(() => response.write(': still here\n\n'), KEEP_ALIVE_MS);
    response.on('close', () => {
      clearInterval(timer);
      channel.listeners.delete(response);
      if (channel.listeners.size === 0) {
        channel.stop.abort();
        this.#forget(address, channel);
      }
    });
    if (channel.latest !== undefined) {
      response.write(channel.latest);
    }
  }

  /** Ends all streams. */
  close(): void {
    for (const [address, channel] of this.#channels) {
      channel.stop.abort();
      channel.listeners.forEach((response) => response.end());
      this.#forget(address, channel);
    }
  }

  #begin(address: string, watch: Watch): Channel {
    const channel: Channel = { listeners: new Set(), stop: new AbortController(), latest: undefined };
    this.#channels.set(address, channel);
    const show = (part: string): void => {
      const event = eventOf('part', part);
      if (event !== channel.latest) {
        channel.latest = event;
        channel.listeners.forEach((response) => response.write(event));
      }
    };
    const end = (): void => {
      this.#forget(address, channel);
      channel.listeners.forEach((response) => response.end(eventOf('end', '')));
    };
    watch(show, channel.stop.signal).then(end, end); // a page that is loaded again shows what went wrong
    return channel;
  }

  #forget(address: string, channel: Channel): void {
    if (this.#channels.get(address) === channel) {
      this.#channels.delete(address);
    }
  }
}

/** Lines of the data each get their own field, as the format asks. */
function eventOf(name: string, data: string): string {
  return `event: ${name}\n${data
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}`)
    .join('\n')}\n\n`;
}
