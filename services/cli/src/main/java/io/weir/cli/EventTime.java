package io.weir.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time as an option: a UTC day or an instant, in milliseconds since 1970. */
final class EventTime implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
        try {
            Instant instant = value.contains("T")
                    ? Instant.parse(value)
                    : LocalDate.parse(value).atStartOfDay().toInstant(ZoneOffset.UTC);
            return instant.toEpochMilli();
        } catch (DateTimeParseException e) {
            throw new TypeConversionException("'" + value + "' is no time; write 2018-05-01 or 2018-05-01T12:00:00Z");
        }
    }
}
