package io.weir.server.yaml;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads YAML into {@link YamlNode}s. One document, no anchors or aliases, no tags, little depth: nothing here needs more. */
public final class YamlReader {
    private static final int MAX_DEPTH = 10;
    private static final String QUOTING =
            "If a text holds ': ' or ' #', or begins with a quote, '!', '[' or '{', write '>-' after the key and the text on "
                    + "the next line, indented";

    private final Problems problems;
    private final String contents;
    private final Iterator<Event> events;

    private YamlReader(Problems problems, String contents) {
        this.problems = problems;
        this.contents = contents;
        LoadSettings settings = LoadSettings.builder().setUseMarks(true).build();
        this.events = new Parse(settings).parseString(problems.source().text()).iterator();
    }

    /**
     * The root of the document.
     *
     * @param contents what should be in it, as the remedy where there is nothing
     */
    public static YamlNode read(Problems problems, String contents) throws DocumentException {
        try {
            return new YamlReader(problems, contents).document();
        } catch (MarkedYamlEngineException e) {
            int index =
                    e.getProblemMark().or(e::getContextMark).map(Mark::getIndex).orElse(0);
            throw problems.fatal(index, "", "this is not YAML: " + e.getProblem(), QUOTING);
        } catch (ReaderException e) {
            String character = String.format("U+%04X", e.getCodePoint());
            throw problems.fatal(
                    e.getPosition(), "", "the character " + character + " is not allowed in YAML", "Remove it");
        } catch (YamlEngineException e) {
            throw problems.fatal(0, "", "this is not YAML: " + e.getMessage(), QUOTING);
        }
    }

    private YamlNode document() throws DocumentException {
        YamlNode root = null;
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof DocumentStartEvent) {
                if (root != null) {
                    throw problems.fatal(index(event), "", "a second YAML document begins here", "Keep one of them");
                }
                root = node(events.next(), 0);
            }
        }
        if (root == null) {
            throw problems.fatal(0, "", "the document is empty", contents);
        }
        return root;
    }

    private YamlNode node(Event event, int depth) throws DocumentException {
        int start = index(event);
        if (event instanceof AliasEvent) {
            throw problems.fatal(start, "", "YAML aliases (*name) are not allowed", "Write the value out");
        }
        if (depth > MAX_DEPTH) {
            throw problems.fatal(
                    start, "", "the document is nested deeper than " + MAX_DEPTH + " levels", "Write it flatter");
        }
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            problems.add(start, "", "YAML anchors (&name) are not allowed", "Remove the anchor");
        }
        if (event instanceof ScalarEvent scalar) {
            scalar.getTag().ifPresent(tag -> refuseTag(start));
            return new YamlNode.Scalar(start, scalar.getValue(), scalar.getScalarStyle());
        }
        if (event instanceof CollectionStartEvent collection) {
            collection.getTag().ifPresent(tag -> refuseTag(start));
        }
        return event instanceof MappingStartEvent ? mapping(start, depth) : sequence(start, depth);
    }

    private YamlNode mapping(int start, int depth) throws DocumentException {
        List<YamlNode.Entry> entries = new ArrayList<>();
        for (Event event = events.next(); !(event instanceof CollectionEndEvent); event = events.next()) {
            if (!(node(event, depth + 1) instanceof YamlNode.Scalar key)) {
                throw problems.fatal(index(event), "", "a key must be a name", "Write the name of a field");
            }
            entries.add(new YamlNode.Entry(key, node(events.next(), depth + 1)));
        }
        return new YamlNode.Mapping(start, entries);
    }

    private YamlNode sequence(int start, int depth) throws DocumentException {
        List<YamlNode> items = new ArrayList<>();
        for (Event event = events.next(); !(event instanceof CollectionEndEvent); event = events.next()) {
            items.add(node(event, depth + 1));
        }
        return new YamlNode.Sequence(start, items);
    }

    private void refuseTag(int start) {
        problems.add(start, "", "YAML reads a word that begins with '!' as a tag, and tags are not allowed", QUOTING);
    }

    private static int index(Event event) {
        return event.getStartMark().map(Mark::getIndex).orElse(0);
    }
}
