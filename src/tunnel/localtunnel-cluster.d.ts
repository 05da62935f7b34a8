// The part of the localtunnel client that is used; its published types cover only the whole.
declare module 'localtunnel/lib/TunnelCluster.js' {
  class TunnelCluster {
    constructor(options: { remote_host: string; remote_port: number; local_port: number });
    /** Connects one socket to the server, and that one to the local port. */
    open(): void;
    on(event: 'error', listener: (error: Error) => void): this;
  }
  export default TunnelCluster;
}
