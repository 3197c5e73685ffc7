import WebSocket from 'ws';

/**
 * A test that has joined a clock in lock-step: time goes no further than it lets it. It stands where the test joined, until that says
 * how far it may go; whoever else has joined acts meanwhile.
 */
export class Pace {
  readonly #line: WebSocket;
  #heard = 0;
  #until = 0;
  #now = 0;
  #arrived: (() => void) | null = null;

  static join(url: string): Promise<Pace> {
    const line = new WebSocket(`${url.replace('http', 'ws')}/_sim/clock?name=the%20test&pid=${process.pid}`);
    const pace = new Pace(line);
    return new Promise((resolve, reject) => {
      line.on('error', reject);
      line.on('message', (text) => {
        pace.#hear(JSON.parse(String(text)) as { readonly serial?: number; readonly now?: number });
        resolve(pace);
      });
    });
  }

  private constructor(line: WebSocket) {
    this.#line = line;
  }

  get now(): number {
    return this.#now;
  }

  /** Lets time go on for so long, and resolves when it has stopped there. */
  on(ms: number): Promise<void> {
    this.#until = this.#now + ms;
    this.#say();
    return new Promise((resolve) => (this.#arrived = resolve));
  }

  /** Lets time go on until it is so; asked every `everyMs` of it. Who waits in vain gives up by the test's own time limit. */
  async until(isSo: () => Promise<boolean> | boolean, everyMs = 5_000): Promise<void> {
    while (!(await isSo())) await this.on(everyMs);
  }

  /** Time goes on without asking. */
  leave(): void {
    this.#line.terminate();
  }

  #hear({ serial, now }: { readonly serial?: number; readonly now?: number }): void {
    if (serial === undefined || now === undefined) return;
    this.#heard = serial;
    this.#now = now;
    this.#until = Math.max(this.#until, now);
    if (now >= this.#until) this.#arrived = (this.#arrived?.(), null);
    this.#say();
  }

  #say(): void {
    this.#line.send(JSON.stringify({ heard: this.#heard, until: this.#until, open: [], next: 0, unstamped: 0 }));
  }
}
