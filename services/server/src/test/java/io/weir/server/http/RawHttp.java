package io.weir.server.http;

import io.vertx.core.json.JsonObject;
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

/** HTTP by hand over a socket, for requests that no well-behaved client would send. */
public final class RawHttp implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    public RawHttp(int port) throws IOException {
        socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    public RawHttp send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawHttp send(byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (SocketException e) {
            // The server may have answered and closed already; what it answered is read next.
        }
        return this;
    }

    /** Sends from another thread; a broken connection is for the reader to see. */
    public void sendQuietly(byte[] bytes) {
        try {
            send(bytes);
        } catch (IOException e) {
            // the reader sees it too
        }
    }

    /** The next chunk of a response in chunks; empty at its end. */
    public String readChunk() throws IOException {
        int length = Integer.parseInt(line(in).trim(), 16);
        String chunk = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        line(in);
        return chunk;
    }

    /** Sends the FIN: nothing more will come, but the answer is still read. */
    public RawHttp halfClose() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** The next response, or null if the connection ends without one. */
    public Response read() throws IOException {
        try {
            String statusLine = line(in);
            if (statusLine == null) {
                return null;
            }
            Map<String, String> headers = new LinkedHashMap<>();
            for (String line; (line = line(in)) != null && !line.isEmpty(); ) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).trim());
            }
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
            return new Response(Integer.parseInt(statusLine.split(" ")[1]), headers, body);
        } catch (SocketException e) {
            return null; // reset by the server
        }
    }

    /** Whether the server closes the connection (it reads until then). */
    public boolean isClosedByServer() throws IOException {
        try {
            while (in.read() >= 0) {
                // what is left of earlier answers
            }
            return true;
        } catch (SocketException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int read;
        while ((read = in.read()) >= 0 && read != '\n') {
            if (read != '\r') {
                line.write(read);
            }
        }
        return read < 0 && line.size() == 0 ? null : line.toString(StandardCharsets.ISO_8859_1);
    }

    public record Response(int status, Map<String, String> headers, String body) {
        public JsonObject json() {
            return new JsonObject(body);
        }

        public String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }
    }
}
