/** Users, homes and directories of DockerOps and Reyns, as base images have them now. */
export function inOwnPlaces(text: string): string {
  return text
    .replaceAll(/(\/(?:opt|var\/log))\/reyns\b/g, '$1/dockerops')
    .replaceAll(/(?<![\w./-])\/(?:reyns|dockerops)(?=\/|["'\s:;]|$)/gm, '/home/dockerops')
    .replaceAll(/\breyns:reyns\b/g, 'dockerops:dockerops')
    .replaceAll(/(\b(?:USER|su|sudo -u|user\s*=|chown(?:\s+-R)?)\s*(?:-\s+)?)reyns\b/g, '$1dockerops');
}

/** Programs that images of DockerOps and Reyns had, and that the small base image does not have. */
export function usesTools(text: string): boolean {
  return /(^|[\s;&|(`])(wget|git|unzip|nano|telnet|gcc|host|make)\s/m.test(text);
}
