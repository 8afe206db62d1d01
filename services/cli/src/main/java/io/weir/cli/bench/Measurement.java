package io.weir.cli.bench;

import io.weir.load.report.Section;
import java.io.IOException;

/** One measurement of the bench, in its full or its quick form. */
interface Measurement {
    /** Measures; returns what was found. */
    Section measure(Bench bench) throws IOException, InterruptedException;
}
