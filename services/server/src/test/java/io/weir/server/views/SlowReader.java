package io.weir.server.views;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks, and then does not read until it is told to. */
final class SlowReader implements AutoCloseable {
    private final Socket socket = new Socket();

    SlowReader(int port, String path) throws IOException {
        socket.setReceiveBufferSize(4 << 10);
        socket.setSoTimeout(60_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        // The head: from here on it is a client of the stream.
        if (socket.getInputStream().read() < 0) {
            throw new IOException("no answer");
        }
    }

    /** Everything until the server ends it, chunk sizes and all. */
    String readAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Whether it has not closed the connection itself. */
    boolean isConnected() {
        return !socket.isClosed();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
