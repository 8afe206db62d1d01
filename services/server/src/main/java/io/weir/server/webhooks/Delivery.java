package io.weir.server.webhooks;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** One alert on its way to one endpoint. */
final class Delivery {
    final Message message;
    /** Whether it is done with; see {@link io.weir.server.log.GroupFeed.Handler}. */
    final CompletableFuture<Boolean> done = new CompletableFuture<>();

    private final BooleanSupplier ours;
    private int tries;
    private int attempts;

    Delivery(Message message, BooleanSupplier ours) {
        this.message = message;
        this.ours = ours;
    }

    /** Whether it still matters what becomes of it here. */
    boolean ours() {
        return ours.getAsBoolean();
    }

    /** Leaves it to whoever reads the record next. */
    void leave() {
        done.complete(false);
    }

    /** How often it was posted. */
    int tries() {
        return tries;
    }

    /** How often it was posted on its own account. */
    int attempts() {
        return attempts;
    }

    /**
     * Notes that it is posted.
     *
     * @param probe whether to see how the endpoint is: that it fails says nothing about this message
     */
    void posted(boolean probe) {
        tries++;
        attempts += probe ? 0 : 1;
    }
}
