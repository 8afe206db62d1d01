package io.weir.events;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model, immutable from here on. Fields: see {@code ModelPublished.avsc}.
 *
 * <p>The bytes are not copied: whoever makes or reads an event leaves them as they are.
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record ModelPublished(
        Sha256 modelSha256,
        String name,
        String format,
        byte[] gzip,
        @Nullable String card,
        long receivedAtMs,
        String publishedBy)
        implements Event {

    public static final EventType<ModelPublished> TYPE = new Type();

    /** The format of XGBoost's {@code save_model("model.json")}. */
    public static final String XGBOOST_JSON = "xgboost-json";

    @Override
    public String key() {
        return modelSha256.hex();
    }

    @Override
    public EventType<ModelPublished> type() {
        return TYPE;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ModelPublished that
                && modelSha256.equals(that.modelSha256)
                && name.equals(that.name)
                && format.equals(that.format)
                && Arrays.equals(gzip, that.gzip)
                && Objects.equals(card, that.card)
                && receivedAtMs == that.receivedAtMs
                && publishedBy.equals(that.publishedBy);
    }

    @Override
    public int hashCode() {
        return Objects.hash(modelSha256, receivedAtMs);
    }

    @Override
    public String toString() {
        return "ModelPublished[" + name + " " + modelSha256 + ", " + gzip.length + " bytes, by " + publishedBy + "]";
    }

    static final class Type extends EventType<ModelPublished> {
        Type() {
            super(ModelPublished.class);
        }

        @Override
        void encode(ModelPublished event, AvroOutput out) {
            out.writeFixed(event.modelSha256.bytes());
            out.writeString(event.name);
            out.writeString(event.format);
            out.writeBytes(event.gzip);
            out.writeOptionalString(event.card);
            out.writeLong(event.receivedAtMs);
            out.writeString(event.publishedBy);
        }

        @Override
        ModelPublished decode(AvroInput in) {
            return new ModelPublished(
                    in.readSha256("modelSha256"),
                    in.readString("name"),
                    in.readString("format"),
                    in.readBytes("gzip"),
                    in.readOptionalString("card"),
                    in.readLong("receivedAtMs"),
                    in.readString("publishedBy"));
        }
    }
}
