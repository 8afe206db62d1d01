/** What a bench found, and its forms: a table for the terminal, JSON, HdrHistogram files, a page with plots. */
@NullMarked
package io.weir.load.report;

import org.jspecify.annotations.NullMarked;
