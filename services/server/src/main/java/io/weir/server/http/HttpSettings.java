package io.weir.server.http;

/**
 * Where the HTTP server listens, and its bounds.
 *
 * @param host address to listen on
 * @param port port to listen on; 0 for any free one
 * @param maxConnections open connections; further ones are closed at once
 * @param idleTimeoutMs a connection on which nothing moves for so long is closed, milliseconds; streams send something
 *     more often than that
 * @param bodyTimeoutMs a request body that is read as a whole must be there within so long, milliseconds
 * @param shutdownTimeoutMs how long {@link HttpEdge#close} waits for requests in flight, milliseconds
 */
public record HttpSettings(
        String host, int port, int maxConnections, long idleTimeoutMs, long bodyTimeoutMs, long shutdownTimeoutMs) {

    /**
     * The usual bounds: 10,000 connections, 75 s idle, 10 s for a body, 5 s for closing. Clients and load balancers keep an
     * idle connection for 60 s as a rule: whoever is first to close it must not be the server, or a request meets the end.
     */
    public static HttpSettings at(String host, int port) {
        return new HttpSettings(host, port, 10_000, 75_000, 10_000, 5_000);
    }

    /** The same with another time for bodies and idle connections, in milliseconds. */
    public HttpSettings withTimeouts(long newIdleTimeoutMs, long newBodyTimeoutMs) {
        return new HttpSettings(host, port, maxConnections, newIdleTimeoutMs, newBodyTimeoutMs, shutdownTimeoutMs);
    }
}
