/** A pause that can be cut short; a wake that comes before the pause is not lost. */
export class Waiter {
  private woken = false;
  private resume: (() => void) | undefined;

  wake(): void {
    this.woken = true;
    this.resume?.();
  }

  /** Forgets the wakes so far: what they announced is looked at next. */
  clear(): void {
    this.woken = false;
  }

  async wait(ms: number): Promise<void> {
    if (this.woken) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.resume = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.resume = undefined;
  }
}
