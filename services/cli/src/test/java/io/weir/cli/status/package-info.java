/** Tests of {@code weir status}. */
package io.weir.cli.status;
