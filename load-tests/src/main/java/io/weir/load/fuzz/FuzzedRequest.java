package io.weir.load.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * A request with something wrong about it, or sometimes nothing.
 *
 * @param kind names what is wrong, for the table of counts
 * @param parts the bytes to send, with a pause after each part but the last
 * @param ending what follows on the last byte
 * @param answers the statuses that it may be answered with, besides 503
 */
record FuzzedRequest(String kind, List<byte[]> parts, Ending ending, Set<Integer> answers) {
    private static final int SHOWN_BYTES = 300;

    /** What follows on the last byte, and whether there has to be an answer. */
    enum Ending {
        /** The request is complete: it is answered. */
        COMPLETE,
        /** The sender closes its half before the request is complete: it may be answered. */
        HALF_CLOSED,
        /** Both halves are closed before the request is complete: nobody reads an answer. */
        GONE,
        /** This is no HTTP: the connection may just be closed. */
        BROKEN
    }

    static FuzzedRequest complete(String kind, byte[] bytes, Integer... answers) {
        return new FuzzedRequest(kind, List.of(bytes), Ending.COMPLETE, Set.of(answers));
    }

    static FuzzedRequest broken(String kind, byte[] bytes, Ending ending) {
        return new FuzzedRequest(kind, List.of(bytes), ending, Set.of(400, 408, 413));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(kind + ", " + ending + ":");
        for (byte[] part : parts) {
            text.append(" | ")
                    .append(new String(part, 0, Math.min(part.length, SHOWN_BYTES), StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }
}
