/** Documents that people write, read strictly: every error with its place and its remedy. */
@NullMarked
package io.weir.server.yaml;

import org.jspecify.annotations.NullMarked;
