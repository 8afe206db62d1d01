package io.weir.server.control;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.weir.server.http.Problem;
import io.weir.server.http.ProblemException;
import io.weir.server.http.RequestBody;
import io.weir.server.model.XgboostModel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model as it is uploaded: the file alone as JSON, or with its card as a form of two parts, {@code model} and {@code card}.
 *
 * @param card null if it comes without
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ModelUpload(byte[] file, @Nullable String card) {
    static final int MAX_CARD_BYTES = 64 << 10;
    /** With what is around the parts of a form. */
    static final int MAX_BYTES = XgboostModel.MAX_BYTES + MAX_CARD_BYTES + (4 << 10);

    private static final String FORM = "multipart/form-data";
    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";,\\s]{1,70})\"?");
    private static final Pattern NAME =
            Pattern.compile("(?i)content-disposition:[^\\r\\n]*[; ]name=\"?([^\";\\r\\n]+)");
    private static final byte[] BLANK_LINE = "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    static ModelUpload of(RoutingContext context, Buffer body) {
        RequestBody.requireContentType(context, List.of(ControlHttp.JSON, FORM));
        byte[] bytes = body.getBytes();
        Matcher boundary = BOUNDARY.matcher(context.request().getHeader("Content-Type"));
        if (!boundary.find()) {
            return new ModelUpload(bytes, null);
        }
        Map<String, byte[]> parts = parts(bytes, "--" + boundary.group(1));
        byte[] file = parts.get("model");
        if (file == null) {
            throw ControlHttp.invalid(
                    "model",
                    "the form has no part named model",
                    "send parts named model and card, or the model as JSON");
        }
        byte[] card = parts.get("card");
        return new ModelUpload(file, card == null ? null : card(card));
    }

    private static String card(byte[] bytes) {
        if (bytes.length > MAX_CARD_BYTES) {
            throw ControlHttp.invalid("card", "the card has more than " + MAX_CARD_BYTES + " bytes", "make it shorter");
        }
        String card = new String(bytes, StandardCharsets.UTF_8);
        try {
            var unused = new JsonObject(card);
        } catch (DecodeException | ClassCastException e) {
            throw ControlHttp.invalid("card", "the card is no JSON object", "send a JSON object");
        }
        return card;
    }

    /** The parts of a form by their names, RFC 7578. */
    private static Map<String, byte[]> parts(byte[] form, String delimiter) {
        byte[] first = delimiter.getBytes(StandardCharsets.ISO_8859_1);
        byte[] next = ("\r\n" + delimiter).getBytes(StandardCharsets.ISO_8859_1);
        Map<String, byte[]> parts = new HashMap<>();
        int at = indexOf(form, first, 0);
        int from = at < 0 ? -1 : at + first.length;
        while (from >= 0 && !(from + 1 < form.length && form[from] == '-' && form[from + 1] == '-')) {
            int content = indexOf(form, BLANK_LINE, from);
            int end = content < 0 ? -1 : indexOf(form, next, content + BLANK_LINE.length - 2);
            if (end < 0) {
                throw new ProblemException(new Problem(
                        400,
                        "malformed-form",
                        "Malformed form",
                        "the body does not end with the boundary that the Content-Type names",
                        null,
                        "send the form as curl -F model=@model.json -F card=@card.json does"));
            }
            Matcher name = NAME.matcher(new String(form, from, content - from, StandardCharsets.UTF_8));
            if (name.find()) {
                parts.put(
                        name.group(1),
                        Arrays.copyOfRange(
                                form, content + BLANK_LINE.length, Math.max(end, content + BLANK_LINE.length)));
            }
            from = end + next.length;
        }
        return parts;
    }

    private static int indexOf(byte[] bytes, byte[] wanted, int from) {
        for (int i = from; i <= bytes.length - wanted.length; i++) {
            if (bytes[i] == wanted[0] && Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }
}
