package io.weir.server.gateway;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One streamed batch: a line in, a line out, in the order of the input, a bounded number in between. What the caller does
 * not read yet, or the log does not take yet, is not read from the caller either.
 */
final class NdjsonExchange {
    private static final long LOOK_FOR_ROOM_AGAIN_MS = 5;

    /** What becomes of a line. */
    interface LineHandler {
        /**
         * Handles one line.
         *
         * @param number its number in the input, from 1, blank lines counted
         * @return the line to answer, without line break; never fails
         */
        Future<Buffer> handle(long number, byte[] line);

        /** The answer to a line longer than allowed. */
        Buffer tooLong(long number);
    }

    private final RoutingContext context;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final int window;
    private final BooleanSupplier hasRoom;
    private final LineHandler handler;
    private final Consumer<NdjsonExchange> onEnd;
    private final LineBuffer lines;
    private final ArrayDeque<Slot> slots = new ArrayDeque<>();
    private boolean inputEnded;
    private boolean over;
    private boolean ending;
    private boolean pumping;
    private boolean pumpAgain;
    private boolean lookingForRoom;

    /**
     * An exchange; {@link #start} begins it.
     *
     * @param window lines in flight, or answered and not read by the caller
     * @param onEnd told once, when it is over, by whatever end
     */
    NdjsonExchange(
            RoutingContext context,
            int window,
            int maxLineBytes,
            BooleanSupplier hasRoom,
            LineHandler handler,
            Consumer<NdjsonExchange> onEnd) {
        this.context = context;
        this.request = context.request();
        this.response = context.response();
        this.window = window;
        this.hasRoom = hasRoom;
        this.handler = handler;
        this.onEnd = onEnd;
        this.lines = new LineBuffer(maxLineBytes);
    }

    /** Begins to read. To be called in the handler that the router calls. */
    void start() {
        response.setChunked(true).putHeader("Content-Type", "application/x-ndjson");
        response.exceptionHandler(broken -> leave());
        response.closeHandler(closed -> leave());
        request.exceptionHandler(broken -> leave());
        request.handler(chunk -> {
            lines.add(chunk);
            pump();
        });
        request.endHandler(end -> {
            inputEnded = true;
            lines.end();
            pump();
        });
        response.writeHead(); // a caller may wait for it before sending the first line
    }

    /** Reads no further line; ends the answer once every line that was read has its own. */
    void endSoon() {
        ending = true;
        pump();
    }

    private void leave() {
        if (!over) {
            over = true;
            slots.clear();
            onEnd.accept(this);
        }
    }

    /** Moves what can be moved. Lines may be answered while it runs, hence the loop. */
    private void pump() {
        if (pumping) {
            pumpAgain = true;
            return;
        }
        pumping = true;
        do {
            pumpAgain = false;
            if (!over) {
                write();
                read();
            }
        } while (pumpAgain);
        pumping = false;
        if (!over) {
            pauseOrEnd();
        }
    }

    private void write() {
        if (response.writeQueueFull()) {
            return; // the drain handler goes on
        }
        Buffer out = Buffer.buffer();
        while (!slots.isEmpty() && slots.peek().answer != null) {
            out.appendBuffer(slots.poll().answer).appendByte((byte) '\n');
        }
        if (out.length() > 0) {
            response.write(out);
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> pump());
            }
        }
    }

    private void read() {
        while (!ending && slots.size() < window && hasRoom.getAsBoolean()) {
            LineBuffer.Line line = lines.next();
            if (line == null) {
                return;
            }
            Slot slot = new Slot();
            slots.add(slot);
            if (line.bytes() == null) {
                slot.answer = handler.tooLong(line.number());
                pumpAgain = true;
            } else {
                handler.handle(line.number(), line.bytes()).onSuccess(answer -> {
                    slot.answer = answer;
                    pump();
                });
            }
        }
    }

    private void pauseOrEnd() {
        boolean complete = inputEnded && lines.isEmpty();
        if (slots.isEmpty() && (complete || ending)) {
            leave();
            response.end();
        } else if (lines.hasNext()) {
            if (!inputEnded) {
                request.pause();
            }
            if (slots.size() < window && !lookingForRoom) {
                lookingForRoom = true;
                context.vertx().setTimer(LOOK_FOR_ROOM_AGAIN_MS, again -> {
                    lookingForRoom = false;
                    pump();
                });
            }
        } else if (!inputEnded) {
            request.resume();
        }
    }

    private static final class Slot {
        private @Nullable Buffer answer;
    }
}
