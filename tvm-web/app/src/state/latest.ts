// Requests that follow the selected position. While one is under way, later ones wait, and only the
// last of them is done: playing at any speed never queues up work.

/** Runs a task again for the newest value, one at a time. */
export class Latest<T> {
  private next: { value: T } | null = null;
  private running = false;

  constructor(
    private readonly task: (value: T) => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Asks for the task with a value; an older value that still waits is dropped. */
  ask(value: T) {
    this.next = { value };
    if (!this.running) void this.run();
  }

  private async run() {
    this.running = true;
    while (this.next) {
      const { value } = this.next;
      this.next = null;
      try {
        await this.task(value);
      } catch (error) {
        this.onError(error);
      }
    }
    this.running = false;
  }
}
