/** What steers decisions: policies are published and activated as events. */
@NullMarked
package io.weir.server.control;

import org.jspecify.annotations.NullMarked;
