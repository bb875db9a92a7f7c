/**
 * The lines of a lockfile that name an address. A lockfile without any installs from whatever
 * registry the machine is set to; one with an address works where that address does.
 */
export function linesWithAddress(lockfile: string): readonly string[] {
  return lockfile
    .split('\n')
    .filter((line) => /\btarball:|\b(?:https?|git\+ssh|ssh):\/\//.test(line));
}
