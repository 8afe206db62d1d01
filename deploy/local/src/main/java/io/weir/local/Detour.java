package io.weir.local;

/**
 * A second way to a broker, by which it can be cut off from some of its clients: who asks here where the brokers are is told
 * a port on which somebody else has to listen, and pass on to the broker what comes.
 *
 * @param brokerPort where the broker listens
 * @param clientPort where it tells its clients that it listens
 */
public record Detour(int brokerPort, int clientPort) {
    /** {@code host:port} for clients. */
    public String address() {
        return "127.0.0.1:" + clientPort;
    }
}
