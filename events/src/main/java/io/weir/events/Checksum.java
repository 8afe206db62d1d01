package io.weir.events;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** A CRC-32C over several values. */
final class Checksum {
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

    Checksum add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    Checksum add(long value) {
        crc.update(number.clear().putLong(value).flip());
        return this;
    }

    Checksum add(byte[] bytes) {
        crc.update(bytes);
        return this;
    }

    int value() {
        return (int) crc.getValue();
    }
}
