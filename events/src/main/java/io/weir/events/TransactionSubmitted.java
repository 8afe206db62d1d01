package io.weir.events;

import org.jspecify.annotations.Nullable;

/**
 * A payment transaction that a payment service asks a decision for. Fields, units and ranges: see
 * {@code TransactionSubmitted.avsc}.
 */
public record TransactionSubmitted(
        String transactionId,
        String accountId,
        long occurredAtMs,
        long receivedAtMs,
        long amountMinor,
        String currency,
        @Nullable String terminalId,
        @Nullable String merchantId,
        @Nullable String merchantCategory,
        @Nullable String counterpartyId,
        @Nullable String deviceId,
        @Nullable String ip,
        @Nullable String country,
        @Nullable String channel)
        implements Event {

    public static final EventType<TransactionSubmitted> TYPE = new Type();

    @Override
    public String key() {
        return accountId;
    }

    @Override
    public EventType<TransactionSubmitted> type() {
        return TYPE;
    }

    /**
     * 64-bit hash of all that the payment service submitted; {@code receivedAtMs} is the gateway's and stays out, so that
     * a retry hashes as the first did.
     */
    public long submissionHash() {
        long hash = Hash64.add(Hash64.SEED, transactionId);
        hash = Hash64.add(hash, accountId);
        hash = Hash64.add(hash, occurredAtMs);
        hash = Hash64.add(hash, amountMinor);
        hash = Hash64.add(hash, currency);
        hash = Hash64.add(hash, terminalId);
        hash = Hash64.add(hash, merchantId);
        hash = Hash64.add(hash, merchantCategory);
        hash = Hash64.add(hash, counterpartyId);
        hash = Hash64.add(hash, deviceId);
        hash = Hash64.add(hash, ip);
        hash = Hash64.add(hash, country);
        hash = Hash64.add(hash, channel);
        return Hash64.value(hash);
    }

    static final class Type extends EventType<TransactionSubmitted> {
        Type() {
            super(TransactionSubmitted.class);
        }

        @Override
        void encode(TransactionSubmitted event, AvroOutput out) {
            out.writeString(event.transactionId);
            out.writeString(event.accountId);
            out.writeLong(event.occurredAtMs);
            out.writeLong(event.receivedAtMs);
            out.writeLong(event.amountMinor);
            out.writeString(event.currency);
            out.writeOptionalString(event.terminalId);
            out.writeOptionalString(event.merchantId);
            out.writeOptionalString(event.merchantCategory);
            out.writeOptionalString(event.counterpartyId);
            out.writeOptionalString(event.deviceId);
            out.writeOptionalString(event.ip);
            out.writeOptionalString(event.country);
            out.writeOptionalString(event.channel);
        }

        @Override
        TransactionSubmitted decode(AvroInput in) {
            return new TransactionSubmitted(
                    in.readString("transactionId"),
                    in.readString("accountId"),
                    in.readLong("occurredAtMs"),
                    in.readLong("receivedAtMs"),
                    in.readLong("amountMinor"),
                    in.readName("currency"),
                    in.readOptionalString("terminalId"),
                    in.readOptionalString("merchantId"),
                    in.readOptionalName("merchantCategory"),
                    in.readOptionalString("counterpartyId"),
                    in.readOptionalString("deviceId"),
                    in.readOptionalString("ip"),
                    in.readOptionalName("country"),
                    in.readOptionalName("channel"));
        }
    }
}
