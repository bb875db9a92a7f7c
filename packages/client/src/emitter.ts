/** Takes the payload of one kind of event. */
export type Handler<Payload> = (payload: Payload) => void;

/** Where events can be listened to; the half of an emitter that is shown to users. */
export interface Subscribable<Events> {
  /**
   * Calls `handler` at every such event, in the order of subscription.
   *
   * @returns a function that ends the subscription; calling it again does nothing.
   */
  on<K extends keyof Events>(event: K, handler: Handler<Events[K]>): () => void;
  /** Like `on`, for one event only. */
  once<K extends keyof Events>(event: K, handler: Handler<Events[K]>): () => void;
}

type Handlers<Events> = { [K in keyof Events]?: Set<Handler<Events[K]>> };

/**
 * A typed emitter: `Events` maps the name of an event to its payload.
 *
 * Ours rather than a library's for one reason: a handler that throws must neither keep the event
 * from the handlers after it nor unwind into the code that emits, which is in the middle of
 * bringing a room or a connection up to date. What it throws is thrown again in a microtask, where
 * `window.onerror` or Node's `uncaughtException` sees it. The small emitters on npm throw through.
 */
export class Emitter<Events> implements Subscribable<Events> {
  readonly #handlers: Handlers<Events> = {};

  on<K extends keyof Events>(event: K, handler: Handler<Events[K]>): () => void {
    // A function that is subscribed twice is called twice, and each subscription ends by itself.
    const subscribed: Handler<Events[K]> = (payload) => handler(payload);
    const handlers = this.#handlers[event] ?? new Set();
    this.#handlers[event] = handlers;
    handlers.add(subscribed);
    return () => handlers.delete(subscribed);
  }

  once<K extends keyof Events>(event: K, handler: Handler<Events[K]>): () => void {
    const off = this.on(event, (payload) => {
      off();
      handler(payload);
    });
    return off;
  }

  /** Calls those who are subscribed now; who is added or removed meanwhile counts from the next. */
  emit<K extends keyof Events>(event: K, payload: Events[K]): void {
    for (const handler of [...(this.#handlers[event] ?? [])]) {
      try {
        handler(payload);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
