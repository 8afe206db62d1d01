package io.weir.server.model;

import io.weir.events.ModelPublished;
import io.weir.events.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models by their SHA-256: those published on the control topic, as whoever reads it hands them in, and the one that Weir
 * comes with. Shared by all that compile policies in a process; a model is what its content is, so it does not matter who
 * came first. Thread-safe.
 */
public final class Models {
    private static final Logger log = LoggerFactory.getLogger(Models.class);
    /** The largest file as it travels, in bytes. */
    public static final int MAX_PACKED_BYTES = 8 << 20;

    private static final String SHIPPED = "default-model.json.gz";
    private static final String SHIPPED_CARD = "default-model-card.json";

    private final Map<Sha256, XgboostModel> known = new ConcurrentHashMap<>();

    /** A model that comes with Weir. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Shipped(
            Sha256 sha256,
            String name,
            byte[] gzip,
            @Nullable String card) {}

    /** The model with this SHA-256; null if it is not known. */
    public @Nullable XgboostModel find(Sha256 sha256) {
        XgboostModel model = known.get(sha256);
        if (model != null) {
            return model;
        }
        Shipped shipped = shipped();
        if (shipped == null || !shipped.sha256().equals(sha256)) {
            return null;
        }
        try {
            return known.computeIfAbsent(sha256, unknown -> parsed(shipped.gzip()));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("the model that Weir comes with is damaged: " + e.getMessage(), e);
        }
    }

    /** Takes in a published model. One that cannot be used is reported and stays unknown, so no policy can use it. */
    public void take(ModelPublished publication) {
        if (known.containsKey(publication.modelSha256())) {
            return;
        }
        try {
            XgboostModel model = parsed(publication.gzip());
            if (model.sha256().equals(publication.modelSha256())) {
                known.put(model.sha256(), model);
            } else {
                log.error("model {} is not the file that its SHA-256 names; passed over", publication.name());
            }
        } catch (IllegalArgumentException e) {
            log.error("model {} cannot be used; passed over: {}", publication.name(), e.getMessage());
        }
    }

    /** The model that the default policy uses; null if this build has none. */
    public static @Nullable Shipped shipped() {
        return ShippedHolder.MODEL;
    }

    /** Read when it is first asked for. */
    private static final class ShippedHolder {
        static final @Nullable Shipped MODEL = read();

        private static @Nullable Shipped read() {
            byte[] gzip = resource(SHIPPED);
            byte[] card = resource(SHIPPED_CARD);
            try {
                return gzip == null
                        ? null
                        : new Shipped(
                                Sha256.of(unpacked(gzip)),
                                "default",
                                gzip,
                                card == null ? null : new String(card, StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException("the model that Weir comes with cannot be read", e);
            }
        }

        private static byte @Nullable [] resource(String name) {
            try (InputStream in = Models.class.getResourceAsStream(name)) {
                return in == null ? null : in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(name + " cannot be read", e);
            }
        }
    }

    /** A file as it travels. */
    public static byte[] packed(byte[] file) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * The file that was packed.
     *
     * @throws IOException if it is damaged, or larger than a model may be
     */
    public static byte[] unpacked(byte[] gzip) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            byte[] file = in.readNBytes(XgboostModel.MAX_BYTES + 1);
            if (file.length > XgboostModel.MAX_BYTES) {
                throw new IOException("it has more than " + XgboostModel.MAX_BYTES + " bytes");
            }
            return file;
        }
    }

    private static XgboostModel parsed(byte[] gzip) {
        try {
            return XgboostModel.read(unpacked(gzip));
        } catch (IOException | ModelException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
