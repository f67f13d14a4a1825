/** What a process took can only be read while it lives; whoever measures it ends it. */
export function stayAlive(): void {
  setInterval(() => undefined, 2 ** 30);
}
