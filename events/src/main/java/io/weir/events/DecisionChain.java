package io.weir.events;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hash chain over the decisions of a partition. Each batch carries, in a header of its first decision, the head that
 * the batch before it left; whoever alters, removes or inserts a decision breaks the chain at the next batch.
 *
 * <p>The head after a batch is the SHA-256 of the head before it, the provenance header, and each decision's Avro binary;
 * the latter two each after their length in 4 bytes, most significant first. Without the wire format's header: a schema's id
 * differs from registry to registry, the content does not.
 */
public final class DecisionChain {
    /** The header's name; its value is the head in hexadecimal. */
    public static final String HEADER = "chain";

    /** The head before a partition's first batch: 32 zero bytes. */
    public static final Sha256 START = Sha256.ofDigest(new byte[Sha256.BYTES]);

    private final MessageDigest digest;
    private final ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);

    private DecisionChain(Sha256 before, String provenance) {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        digest.update(before.bytes());
        byte[] utf8 = provenance.getBytes(StandardCharsets.UTF_8);
        add(utf8, 0);
    }

    /**
     * Begins a batch.
     *
     * @param before the head that the batch before it left
     * @param provenance the batch's provenance header
     */
    public static DecisionChain batch(Sha256 before, String provenance) {
        return new DecisionChain(before, provenance);
    }

    /** Adds the next decision of the batch, as it lies on the log: in the wire format. */
    public DecisionChain add(byte[] value) {
        add(value, EventWriter.HEADER_BYTES);
        return this;
    }

    /** The head after the batch. Once only. */
    public Sha256 head() {
        return Sha256.ofDigest(digest.digest());
    }

    private void add(byte[] value, int from) {
        int count = Math.max(0, value.length - from);
        digest.update(length.clear().putInt(count).flip());
        digest.update(value, value.length - count, count);
    }
}
