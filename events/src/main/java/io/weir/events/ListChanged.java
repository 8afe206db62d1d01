package io.weir.events;

import java.util.List;

/** Members of a list changed. Fields: see {@code ListChanged.avsc}. */
public record ListChanged(
        String list, List<String> added, List<String> removed, String reason, long receivedAtMs, String changedBy)
        implements Event {

    public static final EventType<ListChanged> TYPE = new Type();

    @Override
    public String key() {
        return list;
    }

    @Override
    public EventType<ListChanged> type() {
        return TYPE;
    }

    static final class Type extends EventType<ListChanged> {
        Type() {
            super(ListChanged.class);
        }

        @Override
        void encode(ListChanged event, AvroOutput out) {
            out.writeString(event.list);
            out.writeStrings(event.added);
            out.writeStrings(event.removed);
            out.writeString(event.reason);
            out.writeLong(event.receivedAtMs);
            out.writeString(event.changedBy);
        }

        @Override
        ListChanged decode(AvroInput in) {
            return new ListChanged(
                    in.readString("list"),
                    in.readStrings("added"),
                    in.readStrings("removed"),
                    in.readString("reason"),
                    in.readLong("receivedAtMs"),
                    in.readString("changedBy"));
        }
    }
}
