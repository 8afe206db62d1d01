package io.weir.load.fuzz;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** HTTP by hand over a socket, for requests that no well-behaved client would send. */
final class RawConnection implements AutoCloseable {
    private static final int TIMEOUT_MS = 30_000;
    private static final int HEX = 16;

    private final Socket socket = new Socket();
    private final InputStream in;

    RawConnection(InetSocketAddress address) throws IOException {
        socket.connect(address, TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends; false if the server has closed the connection, which may be because it has answered already. */
    boolean send(byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    /** Nothing more will come, but the answer is still read. */
    void halfClose() throws IOException {
        try {
            socket.shutdownOutput();
        } catch (SocketException e) {
            // closed by the server already
        }
    }

    /**
     * The next answer, or null if the connection ends without a whole one.
     *
     * @throws java.net.SocketTimeoutException if nothing comes for half a minute
     */
    @Nullable
    Answer read() throws IOException {
        try {
            String statusLine = line();
            if (statusLine == null) {
                return null;
            }
            Map<String, String> headers = new LinkedHashMap<>();
            for (String line; (line = line()) != null && !line.isEmpty(); ) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).trim());
            }
            return new Answer(Integer.parseInt(statusLine.split(" ", -1)[1]), headers, body(headers));
        } catch (SocketException e) {
            return null; // reset by the server
        }
    }

    private String body(Map<String, String> headers) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            for (int length = chunkLength(); length > 0; length = chunkLength()) {
                body.writeBytes(in.readNBytes(length));
                line();
            }
        } else {
            body.writeBytes(in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0"))));
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private int chunkLength() throws IOException {
        String line = line();
        return line == null ? 0 : Integer.parseInt(line.trim(), HEX);
    }

    private @Nullable String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int read;
        while ((read = in.read()) >= 0 && read != '\n') {
            if (read != '\r') {
                line.write(read);
            }
        }
        return read < 0 && line.size() == 0 ? null : line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
